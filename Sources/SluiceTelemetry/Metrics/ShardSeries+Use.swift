import SluiceCore
import SluiceWire

extension ShardSeries {
    /// Counts the tokens and the money of one attempt, however it ended.
    mutating func recordUse(of attempt: AttemptRecord, model: UInt32, provider: UInt32) {
        if let usage = attempt.usage {
            self.addTokens(usage.promptTokens, model: model, direction: 0)
            self.addTokens(usage.completionTokens, model: model, direction: 1)
            for (variant, tokenClass) in zip(UInt32(0)..., TokenClass.allCases) {
                let count = tokenClass.count(in: usage)
                guard count > 0 else { continue }
                let key = SeriesKey(name: model, provider: provider, variant: variant)
                self.classTokens.add(Int64(clamping: count), to: key, limit: self.limit)
            }
        }
        let key = SeriesKey(name: model, provider: provider)
        if let cost = attempt.cost {
            self.cost.add(cost.total.amount, to: key, limit: self.limit)
            if cost.cacheSaving != .zero { self.cacheSaving.add(cost.cacheSaving.amount, to: key, limit: self.limit) }
        }
        if attempt.isPriceUnknown { self.unpriced.add(1, to: key, limit: self.limit) }
    }

    private mutating func addTokens(_ count: Int, model: UInt32, direction: UInt32) {
        self.gatewayTokens.add(
            Int64(clamping: count), to: SeriesKey(name: model, variant: direction), limit: self.limit)
    }
}
