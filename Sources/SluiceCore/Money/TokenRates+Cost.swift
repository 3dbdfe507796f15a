public import SluiceWire

extension TokenRates {
    /// What `usage` costs: each class rounded once, then added.
    public func cost(of usage: TokenUsage) -> NanoUSD {
        self.itemized(usage, priceVersion: "").total
    }

    /// What `usage` costs by class, each rounded once, and what caches saved of it.
    public func itemized(_ usage: TokenUsage, priceVersion: String) -> AttemptCost {
        let write = self.cacheWrite5m ?? self.input
        var cost = AttemptCost(priceVersion: priceVersion)
        cost.input = self.input.cost(of: usage.uncachedInput)
        cost.output = self.output.cost(of: usage.output)
        // Most answers have nothing else.
        if usage.reasoning > 0 { cost.reasoning = (self.reasoning ?? self.output).cost(of: usage.reasoning) }
        if usage.audioInput > 0 { cost.audioInput = (self.audioInput ?? self.input).cost(of: usage.audioInput) }
        if usage.audioOutput > 0 { cost.audioOutput = (self.audioOutput ?? self.output).cost(of: usage.audioOutput) }
        guard usage.cacheRead > 0 || usage.cacheWrite5m > 0 || usage.cacheWrite1h > 0 else { return cost }
        cost.cacheRead = (self.cacheRead ?? self.input).cost(of: usage.cacheRead)
        cost.cacheWrite5m = write.cost(of: usage.cacheWrite5m)
        cost.cacheWrite1h = (self.cacheWrite1h ?? write).cost(of: usage.cacheWrite1h)
        cost.cacheSaving =
            (self.input.cost(of: usage.cacheRead) - cost.cacheRead)
            - (cost.cacheWrite5m - self.input.cost(of: usage.cacheWrite5m))
            - (cost.cacheWrite1h - self.input.cost(of: usage.cacheWrite1h))
        return cost
    }
}
