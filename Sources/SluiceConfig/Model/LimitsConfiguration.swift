public import SluiceCore

/// How much everybody may ask: `limits` in the file.
///
/// What a rule means is not known here: it is kept as it is written, and checked by who knows it, see ``RuleCheck``.
public struct LimitsConfiguration: Sendable, Equatable {
    /// What each one at a level may.
    public struct Level: Sendable, Equatable {
        /// What is counted by: `key`, `tenant`, `key+model`.
        public var name: String
        /// The limits and budgets, as they are written.
        public var rules: RuleText

        /// Makes a level.
        public init(_ name: String, _ rules: RuleText) {
            self.name = name
            self.rules = rules
        }
    }

    /// The levels, in the order of the file.
    public var levels: [Level]
    /// How many tokens of output are reserved where a client does not say how many it lets the answer have:
    /// `output_tokens_default`, default 1024.
    public var outputTokensDefault: Int
    /// The time zone of budgets that do not say one: `time_zone`, default UTC.
    public var timeZone: String
    /// Who is told when a budget reaches one of its alerts: `alert_webhook`, a URL that may hold a secret. `nil`: nobody.
    public var alertWebhook: Secret?
    /// What alerts are signed with: `alert_secret`. `nil`: they are not signed.
    public var alertSecret: Secret?

    /// Makes limits; what is left out has its default.
    public init(
        levels: [Level] = [],
        outputTokensDefault: Int = 1024,
        timeZone: String = "UTC",
        alertWebhook: Secret? = nil,
        alertSecret: Secret? = nil
    ) {
        self.levels = levels
        self.outputTokensDefault = outputTokensDefault
        self.timeZone = timeZone
        self.alertWebhook = alertWebhook
        self.alertSecret = alertSecret
    }
}
