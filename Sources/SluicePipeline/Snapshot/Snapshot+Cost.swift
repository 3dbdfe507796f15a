public import SluiceCore
import SluiceRouting

extension Snapshot {
    /// What an attempt of the past costs by the prices of this snapshot and its own day.
    ///
    /// What requests and pictures cost beside tokens stays as it was. A provider that is not configured any more has no prices that
    /// could be better than those of then: its attempts cost what they did.
    ///
    /// - Parameters:
    ///   - attempt: the attempt, with its tokens.
    ///   - model: the model as the client named it, which may lead to a target with a price of its own.
    ///   - receivedAt: when the request came, in nanoseconds since 1970.
    public func charge(of attempt: AttemptRecord, model: String?, receivedAt: Int64) -> AttemptCharge {
        guard let usage = attempt.usage, let name = attempt.targetModel,
            let place = self.providers.firstIndex(where: { $0.provider.name == attempt.provider })
        else { return AttemptCharge(cost: attempt.cost, isPriceUnknown: attempt.isPriceUnknown) }
        let plan = model.flatMap { self.models.resolve($0) }
        let target =
            plan?.targets.first { $0.provider == place && $0.model == name } ?? Target(provider: place, model: name)
        let pricing = self.pricing(of: target)
        let known = pricing.quote(at: receivedAt)
        guard let quote = known ?? pricing.substitute else { return AttemptCharge(cost: nil, isPriceUnknown: true) }
        var cost = quote.price.itemized(usage, priceVersion: quote.version)
        if let before = attempt.cost { cost.other = before.other }
        return AttemptCharge(cost: cost, isPriceUnknown: known == nil)
    }
}
