import SluiceCore
import SluicePolicies
import SluiceWire

/// What limits the requests of one principal for one model, and what is needed to say what they may cost. Made once and kept.
final class LimitPlan: Sendable {
    /// Kept, so that no other principal gets its identity meanwhile.
    let principal: Principal?
    /// The rules with their counts.
    let plan: AdmissionPlan
    /// Whether a rule could not be read: then nothing may run that it would bound.
    let isBroken: Bool
    /// The most tokens that the model writes at once.
    let maximumOutputTokens: Int64?
    /// What the model costs at the plan's first provider; `nil` where nobody says or no rule counts money.
    let price: ModelPrice?
    /// The day for which ``price`` was looked up, in days since 1970.
    let day: Int64

    init(
        principal: Principal?,
        plan: AdmissionPlan,
        isBroken: Bool,
        maximumOutputTokens: Int64?,
        price: ModelPrice?,
        day: Int64
    ) {
        self.principal = principal
        self.plan = plan
        self.isBroken = isBroken
        self.maximumOutputTokens = maximumOutputTokens
        self.price = price
        self.day = day
    }

    static let nanosecondsOfDay: Int64 = 86_400_000_000_000

    /// What a request is held to cost.
    func cost(of request: borrowing AdmissionRequest, usualOutputTokens: Int64) -> AdmissionCost {
        let output =
            request.hasOutput
            ? AdmissionCost.outputReservation(
                requested: request.outputTokenLimit.map { Int64($0) }, choices: Int64(request.choices),
                modelLimit: self.maximumOutputTokens, usual: usualOutputTokens)
            : 0
        let money = self.price?.cost(of: TokenUsage(uncachedInput: request.inputTokens, output: Int(clamping: output)))
        return AdmissionCost(inputTokens: Int64(request.inputTokens), outputTokens: output, money: money ?? .zero)
    }
}
