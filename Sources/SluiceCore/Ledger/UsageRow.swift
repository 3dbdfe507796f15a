public import SluiceWire

/// Sums of one group.
///
/// Tokens and money stand where they were used: those of an attempt that failed, or lost against a hedge, under the provider of
/// that attempt. The exchange counts under the provider of the answer, so that ``requests`` add up to the number of exchanges.
public struct UsageRow: Sendable, Equatable {
    /// The beginning of the interval, where the query has one.
    public var start: UnixTime?
    /// The values of the query's dimensions, in its order; `nil` where there is none, as with requests of no key.
    public var values: [String?] = []
    /// How many exchanges.
    public var requests: Int64 = 0
    /// How many of them had a status from 400 on, 499 included.
    public var failures: Int64 = 0
    /// How many attempts were made for them.
    public var attempts: Int64 = 0
    /// The tokens.
    public var tokens = TokenUsage()
    /// What they cost, as far as prices are known.
    public var cost = NanoUSD.zero
    /// What tokens from caches cost less than they would have cost without; less what writing them to caches cost more.
    public var cacheSaving = NanoUSD.zero
    /// How many attempts used tokens whose price is not known.
    public var unpricedAttempts: Int64 = 0
    /// The durations of the exchanges together, in nanoseconds.
    public var durationNanoseconds: Int64 = 0

    /// Makes a row of zeros.
    public init() {}

    /// The share of input tokens that were read from a cache, 0 to 1; `nil` without input.
    public var cacheHitRate: Double? {
        self.tokens.promptTokens > 0 ? Double(self.tokens.cacheRead) / Double(self.tokens.promptTokens) : nil
    }
}
