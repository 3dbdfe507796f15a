public import SluiceWire

extension TokenRates {
    /// What `usage` costs: each class rounded once, then added.
    public func cost(of usage: TokenUsage) -> NanoUSD {
        let write = self.cacheWrite5m ?? self.input
        var total = self.input.cost(of: usage.uncachedInput)
        total += (self.cacheRead ?? self.input).cost(of: usage.cacheRead)
        total += write.cost(of: usage.cacheWrite5m)
        total += (self.cacheWrite1h ?? write).cost(of: usage.cacheWrite1h)
        total += (self.audioInput ?? self.input).cost(of: usage.audioInput)
        total += self.output.cost(of: usage.output)
        total += (self.reasoning ?? self.output).cost(of: usage.reasoning)
        total += (self.audioOutput ?? self.output).cost(of: usage.audioOutput)
        return total
    }
}
