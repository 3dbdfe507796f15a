/// How one of several targets is chosen.
public enum Strategy: Sendable, Hashable {
    /// The first that can be tried, in the order of the file.
    case priority
    /// By chance, in the proportion of the weights.
    case weighted
    /// Of two drawn at random, the one with fewer running exchanges for its weight.
    case leastBusy
    /// The one that has answered soonest; one request in a hundred goes elsewhere to find out.
    case fastest(FastestMeasure)
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
    /// What each remembered block takes, in bytes.
    public static let bytesPerBlock = 32

    /// How many blocks of prompts are remembered; each takes 32 bytes. Default 65,536.
    public var capacity: Int
    /// How long after its last use a prompt counts as warm, in nanoseconds. Default five minutes, after which vendors drop
    /// theirs as well.
    public var expiryNanoseconds: Int64
    /// How many times the mean load of its siblings a warm target may have before others are warmed too. Default 2.
    public var loadFactor: Double

    /// Makes settings.
    public init(capacity: Int = 65_536, expiryNanoseconds: Int64 = 300_000_000_000, loadFactor: Double = 2) {
        self.capacity = max(64, min(capacity, 1 << 22))
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
