public import SluiceCore
import SluiceRouting

extension Snapshot {
    /// What an attempt of the past costs by the prices of this snapshot and its own day; `nil` where nobody knows.
    ///
    /// What requests and pictures cost beside tokens stays as it was. A provider that is not configured any more has no prices that
    /// could be better than those of then: its attempts cost what they did.
    ///
    /// - Parameters:
    ///   - attempt: the attempt, with its tokens.
    ///   - model: the model as the client named it, which may lead to a target with a price of its own.
    ///   - receivedAt: when the request came, in nanoseconds since 1970.
    public func cost(of attempt: AttemptRecord, model: String?, receivedAt: Int64) -> AttemptCost? {
        guard let usage = attempt.usage, let name = attempt.targetModel,
            let place = self.providers.firstIndex(where: { $0.provider.name == attempt.provider })
        else { return attempt.cost }
        let plan = model.flatMap { self.models.resolve($0) }
        let target =
            plan?.targets.first { $0.provider == place && $0.model == name } ?? Target(provider: place, model: name)
        let pricing = self.pricing(of: target)
        guard let quote = pricing.quote(at: receivedAt) ?? pricing.substitute else { return nil }
        var cost = quote.price.itemized(usage, priceVersion: quote.version)
        if let before = attempt.cost { cost.other = before.other }
        return cost
    }
}
