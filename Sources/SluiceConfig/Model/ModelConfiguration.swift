public import SluiceCore

/// One entry of the model table: `models.<name or pattern>`.
public struct ModelConfiguration: Sendable, Equatable {
    /// The names that it answers to.
    public var pattern: ModelPattern
    /// Where a request may go, the first first. Never empty.
    public var targets: [TargetConfiguration]
    /// What it sets over the provider's timeouts: `timeouts`.
    public var timeouts: TimeoutOverrides
    /// What a conversion may lose: `conversion`.
    public var conversion: ConversionMode

    /// Makes an entry.
    public init(
        pattern: ModelPattern,
        targets: [TargetConfiguration],
        timeouts: TimeoutOverrides = TimeoutOverrides(),
        conversion: ConversionMode = .default
    ) {
        self.pattern = pattern
        self.targets = targets
        self.timeouts = timeouts
        self.conversion = conversion
    }
}
