public import SluiceCore

/// One entry of the model table: `models.<name or pattern>`.
public struct ModelConfiguration: Sendable, Equatable {
    /// The names that it answers to.
    public var pattern: ModelPattern
    /// The model that it is another name of: `alias`, or in short the name alone. Everything else is then as that model
    /// has it, and nothing of this entry counts. `nil`: it is a model of its own.
    public var alias: String?
    /// Where a request may go, the first first. Empty for an alias, and for no other entry.
    public var targets: [TargetConfiguration]
    /// How one of them is chosen: `strategy`.
    public var strategy: StrategyConfiguration
    /// When another attempt is made: `retry`.
    public var retry: RetryConfiguration
    /// Which models are tried after it: `fallback`.
    public var fallback: FallbackConfiguration
    /// How much of an answer is held back: `hold`. `nil`: nothing, the first content begins the answer.
    public var hold: HoldConfiguration?
    /// How long no content may come before a second attempt runs beside the first: `hedge.after`. `nil`: none does.
    public var hedgeAfter: Duration?
    /// Whom a copy of requests goes to: `mirror`. `nil`: nobody.
    public var mirror: MirrorConfiguration?
    /// Whether the client sees the model name that the provider knows: `expose_target_model`. `nil`: as
    /// ``ServerConfiguration/exposesTargetModel`` says.
    public var exposesTargetModel: Bool?
    /// What it sets over the provider's timeouts: `timeouts`.
    public var timeouts: TimeoutOverrides
    /// What a conversion may lose: `conversion`.
    public var conversion: ConversionMode
    /// Whether its prompts and answers are captured, where the key does not say otherwise: `capture`, default false.
    public var isCaptured: Bool
    /// The limits and budgets of all requests for it together, as they are written: `limits`. `nil`: none.
    public var limits: RuleText?

    /// Makes a model; what is left out has its default.
    public init(
        pattern: ModelPattern,
        targets: [TargetConfiguration],
        strategy: StrategyConfiguration = .priority,
        retry: RetryConfiguration = RetryConfiguration(),
        fallback: FallbackConfiguration = FallbackConfiguration(),
        hold: HoldConfiguration? = nil,
        hedgeAfter: Duration? = nil,
        mirror: MirrorConfiguration? = nil,
        exposesTargetModel: Bool? = nil,
        timeouts: TimeoutOverrides = TimeoutOverrides(),
        conversion: ConversionMode = .default,
        isCaptured: Bool = false,
        limits: RuleText? = nil
    ) {
        self.pattern = pattern
        self.targets = targets
        self.strategy = strategy
        self.retry = retry
        self.fallback = fallback
        self.hold = hold
        self.hedgeAfter = hedgeAfter
        self.mirror = mirror
        self.exposesTargetModel = exposesTargetModel
        self.timeouts = timeouts
        self.conversion = conversion
        self.isCaptured = isCaptured
        self.limits = limits
    }

    /// Makes another name of `alias`.
    public init(pattern: ModelPattern, alias: String) {
        self.init(pattern: pattern, targets: [])
        self.alias = alias
    }
}
