import SluiceCore

extension ConfigurationPrinter {
    func limits(_ limits: LimitsConfiguration, _ text: inout YAMLText) {
        text.section("limits") {
            for level in limits.levels { rules(level.name, level.rules, &$0) }
            $0.line("output_tokens_default: \(limits.outputTokensDefault)")
            $0.entry("time_zone", limits.timeZone)
            $0.entry("alert_webhook", limits.alertWebhook.map { _ in DocumentDecoder.mask })
            $0.entry("alert_secret", limits.alertSecret.map { _ in DocumentDecoder.mask })
        }
    }

    /// `key: { requests: 60/minute }`; nothing for `nil`.
    func rules(_ key: String, _ rules: RuleText?, _ text: inout YAMLText) {
        guard let rules else { return }
        text.line("\(YAMLText.key(key)): \(Self.flow(rules))")
    }

    static func flow(_ rules: RuleText) -> String {
        switch rules {
        case .text(let text): return YAMLText.scalar(text)
        case .list(let items): return "[\(items.map { flow($0) }.joined(separator: ", "))]"
        case .map(let entries):
            return "{ \(entries.map { "\(YAMLText.key($0.name)): \(flow($0.value))" }.joined(separator: ", ")) }"
        }
    }
}
