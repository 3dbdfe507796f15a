import SluiceCore
import SluiceWire

extension AttemptState {
    /// Puts into the record what the attempt used and what that cost. Called once, when the attempt ends.
    ///
    /// From the head of an answer on a provider works, and whatever became of the answer then, it is charged. A refusal is not, nor
    /// is what ended before a head came: nobody but the provider knows whether it had begun.
    ///
    /// - Parameter prompt: makes an estimate of the prompt.
    func charge(_ outcome: AttemptOutcome, prompt: (() -> Int)?) {
        let operation = self.state.clientSurface.operation
        guard operation != .countTokens else { return }
        if let usage = self.callsUsage, outcome != .answered {
            // The answer to a later call did not come; those before it were given all the same.
            self.record.usage = usage
            self.record.usageSource = .vendor
            self.requests -= 1
        } else if (200..<300).contains(self.record.upstreamStatus), let reader = self.reader {
            let settlement = UsageSettlement(
                operation: operation, tally: reader.tally, outcome: outcome, isDrained: self.record.isDrained)
            if let (usage, source) = settlement.result(prompt: prompt) {
                self.record.usage = usage
                self.record.usageSource = source
            } else if outcome == .refused {
                return
            }
        } else {
            return
        }
        self.applyPrice()
    }

    private func applyPrice() {
        let known = self.pricing.quote(at: self.state.record.receivedAt)
        self.record.isPriceUnknown = known == nil
        guard let quote = known ?? self.pricing.substitute else { return }
        let price = quote.price
        guard let usage = self.record.usage else {
            // Without tokens a price of tokens says nothing: the cost is not known, and is not zero.
            guard price.isPerRequest || price.rates == TokenRates() else {
                self.record.isPriceUnknown = true
                return
            }
            self.record.cost = price.itemized(
                TokenUsage(), requests: self.requests, images: self.images, priceVersion: quote.version)
            return
        }
        self.record.cost = price.itemized(
            usage, requests: self.requests, images: self.images, priceVersion: quote.version)
    }
}
