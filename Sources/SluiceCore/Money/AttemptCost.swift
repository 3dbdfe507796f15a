/// What an attempt cost, by class: each class rounded once, the whole is their sum.
public struct AttemptCost: Sendable, Hashable {
    /// Text input that no cache had.
    public var input = NanoUSD.zero
    /// Input read from a cache.
    public var cacheRead = NanoUSD.zero
    /// Input written to a cache for five minutes.
    public var cacheWrite5m = NanoUSD.zero
    /// Input written to a cache for an hour.
    public var cacheWrite1h = NanoUSD.zero
    /// Audio input.
    public var audioInput = NanoUSD.zero
    /// Text and tool calls.
    public var output = NanoUSD.zero
    /// Output spent on reasoning.
    public var reasoning = NanoUSD.zero
    /// Audio output.
    public var audioOutput = NanoUSD.zero
    /// What requests and pictures cost beside tokens.
    public var other = NanoUSD.zero
    /// What the tokens read from caches would have cost more as other input, less what writing to caches cost more than that; no part
    /// of ``total``, and negative where the writes were not worth it.
    public var cacheSaving = NanoUSD.zero
    /// What these amounts follow from: the version of the price book, see ``PriceBook``.
    public var priceVersion: String

    /// Makes a cost of nothing.
    public init(priceVersion: String) {
        self.priceVersion = priceVersion
    }

    /// The sum of all classes.
    public var total: NanoUSD {
        let cached = self.cacheRead + self.cacheWrite5m + self.cacheWrite1h
        return self.input + cached + self.audioInput + self.output + self.reasoning + self.audioOutput + self.other
    }
}
