public import SluiceCore

/// What the end of an attempt changed, for the log and for counters. Mostly nothing.
public struct HealthChange: Sendable, Hashable {
    /// What became of the target's breaker.
    public var target: CircuitBreaker.Transition?
    /// What became of the credential's breaker.
    public var credential: CircuitBreaker.Transition?
    /// Until when the credential is left alone on this target.
    public var limitedUntil: MonotonicTime?

    /// Whether nothing changed.
    public var isEmpty: Bool { self == Self() }

    init() {}
}
