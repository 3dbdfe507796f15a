/// How one of several targets is chosen.
public enum Strategy: Sendable, Hashable {
    /// The first that can be tried, in the order of the file.
    case priority
    /// By chance, in the proportion of the weights.
    case weighted
    /// Of two drawn at random, the one with fewer running exchanges for its weight.
    case leastBusy
    /// The one that has answered soonest; a share of the requests, by default one in a hundred, goes elsewhere to find out.
    case fastest(FastestMeasure, exploration: Double = 0.01)
    /// The one that costs least for the size of this request.
    case cheapest
    /// Always the same one for the same key.
    case sticky
    /// The one that has last seen the longest beginning of this prompt.
    case prefix(PrefixSettings)
}

/// What counts as fast.
public enum FastestMeasure: UInt8, Sendable, Hashable {
    /// The time to the first token of a stream. Requests that want no stream are compared by ``timePerOutputToken``.
    case timeToFirstToken
    /// The time for each token of the output.
    case timePerOutputToken
}

/// Bounds of the strategy that follows prompts.
public struct PrefixSettings: Sendable, Hashable {
    /// The memory for what is remembered, in bytes: 32 for each block of a prompt. Default 8 MiB.
    public var memoryBytes: Int
    /// How long after its last use a prompt counts as warm, in nanoseconds. Default ten minutes.
    public var expiryNanoseconds: Int64
    /// How many times the mean load of its siblings a warm target may have before others are warmed too. Default 1.5.
    public var loadFactor: Double

    /// Makes settings.
    public init(
        memoryBytes: Int = 8 << 20,
        expiryNanoseconds: Int64 = 600_000_000_000,
        loadFactor: Double = 1.5
    ) {
        self.memoryBytes = max(64 << 10, min(memoryBytes, 1 << 30))
        self.expiryNanoseconds = max(1, expiryNanoseconds)
        self.loadFactor = max(1, loadFactor.isNaN ? 1 : loadFactor)
    }
}

/// Why a strategy chose what it chose.
public enum ChoiceReason: String, Sendable, Hashable {
    /// Nothing else could be tried.
    case onlyOne = "only_one"
    /// First in the order of the file.
    case priority
    /// Drawn by weight.
    case weighted
    /// Fewest running exchanges of two.
    case leastBusy = "least_busy"
    /// Best average.
    case fastest
    /// Never measured so far.
    case unmeasured
    /// Not the best, but tried in order to know whether it still is not.
    case exploration
    /// Lowest price for this request.
    case cheapest
    /// The key leads there.
    case sticky
    /// There is no key; drawn by weight.
    case noStickyKey = "no_sticky_key"
    /// It has seen the beginning of this prompt.
    case warmPrefix = "warm_prefix"
    /// No target has seen it; least busy of two.
    case coldPrefix = "cold_prefix"
    /// Those that have seen it are too busy; least busy of two.
    case spreadPrefix = "spread_prefix"
    /// No target is healthy; the least bad one.
    case lastResort = "last_resort"
}
