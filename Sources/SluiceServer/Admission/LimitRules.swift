import SluiceConfig
import SluiceCore
import SluicePolicies

/// The limits and budgets of one configuration, read.
struct LimitRules: Sendable {
    /// What holds for each one at a level.
    let defaults: [AdmissionRule]
    /// What holds for one entry of the model table, by its name or pattern.
    let models: [String: [AdmissionRule]]
    /// What holds for one provider, by name.
    let providers: [String: [AdmissionRule]]
    /// Reads what keys and the store say.
    let reader: RuleReader
    /// How many tokens of output are reserved where nobody says how many there may be.
    let usualOutputTokens: Int64

    /// Reads the rules. Their texts were checked when the file was loaded; what cannot be read all the same is left out.
    init(_ configuration: GatewayConfiguration) {
        let reader = KnownRules.reader(zone: configuration.limits.timeZone)
        self.reader = reader
        self.defaults = configuration.limits.levels.flatMap { level in
            LimitLevel(level.name).map { reader.rules(level.rules, level: $0).rules } ?? []
        }
        self.models = Dictionary(
            configuration.models.compactMap { model in
                model.limits.map { (model.pattern.text, reader.rules($0, level: .model).rules) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        self.providers = Dictionary(
            configuration.providers.compactMap { provider in
                provider.limits.map { (provider.name, reader.rules($0, level: .provider).rules) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        self.usualOutputTokens = Int64(clamping: configuration.limits.outputTokensDefault)
    }

    /// Whether the configuration limits nothing by itself; keys may have limits of their own.
    var isEmpty: Bool { self.defaults.isEmpty && self.models.isEmpty && self.providers.isEmpty }
}
