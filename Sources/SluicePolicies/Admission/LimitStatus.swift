/// Where a count stands: what the header fields tell.
public struct LimitStatus: Sendable, Hashable {
    /// The limit.
    public let limit: Int64
    /// What is left of it, never below 0.
    public let remaining: Int64
    /// In how many microseconds all of it is there again, if nothing else comes; 0 where that is not known.
    public let reset: Int64

    /// Makes a status.
    public init(limit: Int64, remaining: Int64, reset: Int64) {
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
    }
}

/// When a refused request would be admitted.
public enum LimitWait: Sendable, Hashable {
    /// When another request ends, whenever that is.
    case whenFreed
    /// After so many microseconds, if nothing else is admitted meanwhile. At least 1.
    case after(Int64)
    /// Never: it asks for more than the limit allows at all, or a total is used up.
    case never

    /// For the choice of the limit that is told: the one that keeps the request waiting longest.
    var rank: Int64 {
        switch self {
        case .whenFreed: 0
        case .after(let microseconds): min(microseconds, Int64.max - 1)
        case .never: .max
        }
    }
}
