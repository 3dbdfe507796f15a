/// When a target that fails is left alone for a while: `providers.<name>.breaker`.
public struct BreakerConfiguration: Sendable, Equatable {
    /// The time over which failures are counted: `window`, default 30 s.
    public var window: Duration
    /// The share of failures in the window at which it opens: `failures`, default 50 %.
    public var failures: Percentage
    /// The fewest attempts in the window for the share to count: `minimum`, default 10.
    public var minimum: Int
    /// The failures in a row at which it opens whatever the share: `consecutive`, default 5.
    public var consecutive: Int
    /// How long it stays open the first time: `cool_down`, default 15 s.
    public var coolDown: Duration
    /// The longest that it stays open when it opens again and again: `cool_down_cap`, default 5 min.
    public var coolDownCap: Duration

    /// Makes a configuration; what is left out has its default.
    public init(
        window: Duration = .seconds(30),
        failures: Percentage = .percent(50),
        minimum: Int = 10,
        consecutive: Int = 5,
        coolDown: Duration = .seconds(15),
        coolDownCap: Duration = .seconds(300)
    ) {
        self.window = window
        self.failures = failures
        self.minimum = minimum
        self.consecutive = consecutive
        self.coolDown = coolDown
        self.coolDownCap = coolDownCap
    }
}
