extension ShardSeries {
    /// How many series of each metric one step of a merge copies: a few microseconds under the shard's lock.
    static let mergeStep = 64

    /// Adds step number `step` of another shard's series; true when there are more.
    ///
    /// Slots are never moved, so a shard may go on recording between two steps: each series is consistent in itself.
    mutating func merge(_ other: borrowing ShardSeries, step: Int) -> Bool {
        if step == 0 { self.loop.merge(other.loop) }
        let slots = (step * Self.mergeStep)..<((step + 1) * Self.mergeStep)
        self.httpDuration.merge(other.httpDuration, slots: slots)
        self.httpInFlight.merge(other.httpInFlight, slots: slots)
        self.upstreamDuration.merge(other.upstreamDuration, slots: slots)
        self.upstreamRequests.merge(other.upstreamRequests, slots: slots)
        self.upstreamErrors.merge(other.upstreamErrors, slots: slots)
        self.attempts.merge(other.attempts, slots: slots)
        self.healthChanges.merge(other.healthChanges, slots: slots)
        self.mirrored.merge(other.mirrored, slots: slots)
        self.upstreamPool.merge(other.upstreamPool, slots: slots)
        self.streamEvents.merge(other.streamEvents, slots: slots)
        self.streamBytes.merge(other.streamBytes, slots: slots)
        self.streamDuration.merge(other.streamDuration, slots: slots)
        self.rateLimited.merge(other.rateLimited, slots: slots)
        self.quotaExceeded.merge(other.quotaExceeded, slots: slots)
        self.policyWarnings.merge(other.policyWarnings, slots: slots)
        self.gatewayRequests.merge(other.gatewayRequests, slots: slots)
        self.gatewayDuration.merge(other.gatewayDuration, slots: slots)
        self.gatewayTokens.merge(other.gatewayTokens, slots: slots)
        self.classTokens.merge(other.classTokens, slots: slots)
        self.cost.merge(other.cost, slots: slots)
        self.cacheSaving.merge(other.cacheSaving, slots: slots)
        self.unpriced.merge(other.unpriced, slots: slots)
        self.genAITokens.merge(other.genAITokens, slots: slots)
        self.genAIDuration.merge(other.genAIDuration, slots: slots)
        self.genAIFirstToken.merge(other.genAIFirstToken, slots: slots)
        self.genAIPerToken.merge(other.genAIPerToken, slots: slots)
        return slots.upperBound < other.largestTable
    }

    /// Joins the GenAI series of providers that share one `gen_ai_provider_name`.
    mutating func joinProviders(_ number: (UInt32) -> UInt32) {
        self.genAITokens = self.genAITokens.mapKeys { $0.replacingProvider(number) }
        self.genAIDuration = self.genAIDuration.mapKeys { $0.replacingProvider(number) }
        self.genAIFirstToken = self.genAIFirstToken.mapKeys { $0.replacingProvider(number) }
        self.genAIPerToken = self.genAIPerToken.mapKeys { $0.replacingProvider(number) }
    }

    private var largestTable: Int {
        var largest = 0
        for count in [
            self.httpDuration.index.count, self.httpInFlight.index.count, self.upstreamDuration.index.count,
            self.upstreamRequests.index.count, self.upstreamErrors.index.count, self.upstreamPool.index.count,
            self.attempts.index.count, self.healthChanges.index.count, self.mirrored.index.count,
            self.streamEvents.index.count, self.streamBytes.index.count, self.streamDuration.index.count,
            self.rateLimited.index.count, self.quotaExceeded.index.count, self.policyWarnings.index.count,
            self.gatewayRequests.index.count, self.gatewayDuration.index.count, self.gatewayTokens.index.count,
            self.classTokens.index.count, self.cost.index.count, self.cacheSaving.index.count,
            self.unpriced.index.count, self.genAITokens.index.count,
            self.genAIDuration.index.count, self.genAIFirstToken.index.count, self.genAIPerToken.index.count,
        ] {
            largest = max(largest, count)
        }
        return largest
    }
}

extension SeriesKey {
    fileprivate func replacingProvider(_ number: (UInt32) -> UInt32) -> SeriesKey {
        SeriesKey(bits: self.bits & ~(0xFFFF << 20) | UInt64(number(self.provider) & 0xFFFF) << 20)
    }
}
