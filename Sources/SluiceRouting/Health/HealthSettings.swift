/// When a provider's targets and credentials are left alone, and how many retries it bears.
public struct HealthSettings: Sendable, Hashable {
    /// The breaker of each target.
    public var breaker: BreakerSettings
    /// How long credentials are left alone.
    public var bench: BenchSettings
    /// How many retries there may be.
    public var retryBudget: RetryBudgetSettings

    /// Makes settings.
    public init(
        breaker: BreakerSettings = BreakerSettings(),
        bench: BenchSettings = BenchSettings(),
        retryBudget: RetryBudgetSettings = RetryBudgetSettings()
    ) {
        self.breaker = breaker
        self.bench = bench
        self.retryBudget = retryBudget
    }
}

/// When a circuit breaker opens, and for how long. All times are in nanoseconds.
public struct BreakerSettings: Sendable, Hashable {
    /// Whether there is a breaker. Default true.
    public var isOn: Bool
    /// The window in which failures are counted. Default 30 s.
    public var windowNanoseconds: Int64
    /// The share of failures in the window from which it opens. Default 0.5.
    public var failureRatio: Double
    /// The attempts in the window below which the share says nothing. Default 10.
    public var minimumVolume: Int
    /// How many failures in a row open it whatever the share is; 0: none do. Default 5.
    public var consecutiveFailures: Int
    /// How long it stays open at first. Default 15 s.
    public var coolDownNanoseconds: Int64
    /// By what this grows each time that the probe fails too. Default 2.
    public var coolDownGrowth: Double
    /// How long it stays open at most. Default 5 min.
    public var coolDownLimitNanoseconds: Int64

    /// Makes settings.
    public init(
        isOn: Bool = true,
        windowNanoseconds: Int64 = 30_000_000_000,
        failureRatio: Double = 0.5,
        minimumVolume: Int = 10,
        consecutiveFailures: Int = 5,
        coolDownNanoseconds: Int64 = 15_000_000_000,
        coolDownGrowth: Double = 2,
        coolDownLimitNanoseconds: Int64 = 300_000_000_000
    ) {
        self.isOn = isOn
        self.windowNanoseconds = windowNanoseconds
        self.failureRatio = failureRatio
        self.minimumVolume = minimumVolume
        self.consecutiveFailures = consecutiveFailures
        self.coolDownNanoseconds = coolDownNanoseconds
        self.coolDownGrowth = coolDownGrowth
        self.coolDownLimitNanoseconds = coolDownLimitNanoseconds
    }

    /// No breaker.
    public static var off: Self { Self(isOn: false) }

    /// How long the breaker stays open after `failedProbes` probes that failed.
    func coolDown(failedProbes: Int) -> Int64 {
        growing(
            self.coolDownNanoseconds, by: self.coolDownGrowth, times: failedProbes, to: self.coolDownLimitNanoseconds)
    }
}

/// How long credentials are left alone. All times are in nanoseconds.
public struct BenchSettings: Sendable, Hashable {
    /// How long a credential that was refused is left alone at first; then one attempt tries it again. Default 1 min.
    public var refusedNanoseconds: Int64
    /// How long at most, when it is refused again. Default 15 min.
    public var refusedLimitNanoseconds: Int64
    /// How long a credential is left alone on a target that limits its rate and does not say for how long. Default 1 s.
    public var limitedNanoseconds: Int64
    /// How long at most, whatever the vendor says. Default 5 min.
    public var limitedLimitNanoseconds: Int64
    /// By what both grow each time that it happens again. Default 2.
    public var growth: Double

    /// Makes settings.
    public init(
        refusedNanoseconds: Int64 = 60_000_000_000,
        refusedLimitNanoseconds: Int64 = 900_000_000_000,
        limitedNanoseconds: Int64 = 1_000_000_000,
        limitedLimitNanoseconds: Int64 = 300_000_000_000,
        growth: Double = 2
    ) {
        self.refusedNanoseconds = refusedNanoseconds
        self.refusedLimitNanoseconds = refusedLimitNanoseconds
        self.limitedNanoseconds = limitedNanoseconds
        self.limitedLimitNanoseconds = limitedLimitNanoseconds
        self.growth = growth
    }

    /// A credential's breaker: one refusal opens it.
    var breaker: BreakerSettings {
        BreakerSettings(
            consecutiveFailures: 1, coolDownNanoseconds: self.refusedNanoseconds, coolDownGrowth: self.growth,
            coolDownLimitNanoseconds: self.refusedLimitNanoseconds)
    }

    /// How long a credential is left alone on a target after it was limited `times` times before.
    func limited(times: Int) -> Int64 {
        growing(self.limitedNanoseconds, by: self.growth, times: times, to: self.limitedLimitNanoseconds)
    }
}

/// How many retries a provider bears.
public struct RetryBudgetSettings: Sendable, Hashable {
    /// The retries as a share of its other attempts within ten seconds. Default 0.2.
    public var ratio: Double
    /// The retries within ten seconds that are always allowed, so that a quiet gateway can retry at all. Default 10.
    public var floor: Int

    /// Makes settings.
    public init(ratio: Double = 0.2, floor: Int = 10) {
        self.ratio = ratio.isFinite ? max(0, ratio) : 0
        self.floor = max(0, floor)
    }

    /// No bound.
    public static var off: Self { Self(floor: .max) }
}

/// `start` times `factor` to the power of `times`, at most `limit`; without overflow.
func growing(_ start: Int64, by factor: Double, times: Int, to limit: Int64) -> Int64 {
    let most = max(0, limit)
    var value = Double(max(0, start))
    for _ in 0..<min(max(0, times), 64) where value < Double(most) { value *= max(1, factor.isNaN ? 1 : factor) }
    return value >= Double(most) ? most : Int64(value)
}
