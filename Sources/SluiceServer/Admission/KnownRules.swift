public import SluiceConfig
public import SluiceCore
import SluicePolicies

/// What the configuration's checks know of limits and budgets.
public enum KnownRules {
    /// The check of files.
    public static let check = RuleCheck(
        problems: { rules, level in
            guard let level = LimitLevel(level) else {
                return [
                    RuleText.Problem(
                        "expected key, user, team, tenant, model or provider, or several of them like key+model")
                ]
            }
            return Self.reader().rules(rules, level: level).problems
        },
        knowsZone: { TimeZones.system.zone($0) != nil }
    )

    /// A reader of files and stored rules, with the zones of this machine.
    static func reader(zone: String = "UTC") -> RuleReader {
        RuleReader(zone: TimeZones.system.zone(zone) ?? .utc) { TimeZones.system.zone($0) }
    }

    /// What is wrong with a stored rule, for who is about to store it; `nil` where nothing is.
    ///
    /// - Parameters:
    ///   - definition: ``KeyRecord/limits``, ``KeyRecord/budget`` or ``RuleRecord/definition``.
    ///   - sort: whether that is a limit or a budget.
    public static func problem(withDefinition definition: String, of sort: RuleRecord.Sort) -> String? {
        Self.reader().problem(json: definition, sort == .budget ? .budget : .limits)
    }
}
