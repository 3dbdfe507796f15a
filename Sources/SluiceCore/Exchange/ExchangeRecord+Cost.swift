public import SluiceWire

/// What an exchange used and cost is the sum of its attempts, whatever became of them: each was somebody's work.
extension ExchangeRecord {
    /// What its attempts cost, as far as prices are known; `nil` where no price was applied to any.
    public var cost: NanoUSD? {
        var total = self.attempt.cost?.total
        // Mostly there is one attempt.
        for attempt in self.earlierAttempts {
            if let cost = attempt.cost { total = (total ?? .zero) + cost.total }
        }
        return total
    }

    /// The tokens of all attempts; `nil` where none used any.
    public var totalUsage: TokenUsage? {
        var total = self.attempt.usage
        for attempt in self.earlierAttempts {
            if let usage = attempt.usage { total = (total ?? TokenUsage()) + usage }
        }
        return total
    }

    /// Whether tokens of some attempt were used whose price nobody knows.
    public var isPriceUnknown: Bool {
        self.attempt.isPriceUnknown || self.earlierAttempts.contains { $0.isPriceUnknown }
    }
}
