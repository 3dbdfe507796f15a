public import SluiceCore

/// What a request is held to cost before it is sent: one request, one permit, these tokens, this much money.
public struct AdmissionCost: Sendable, Hashable {
    /// The estimate of the prompt.
    public var inputTokens: Int64
    /// The most that the model may write.
    public var outputTokens: Int64
    /// What both cost at most; zero where the price is unknown or nothing is to be paid.
    public var money: NanoUSD

    /// Makes a cost. Negative numbers count as 0.
    public init(inputTokens: Int64 = 0, outputTokens: Int64 = 0, money: NanoUSD = .zero) {
        self.inputTokens = LimitAmount.clamped(inputTokens)
        self.outputTokens = LimitAmount.clamped(outputTokens)
        self.money = NanoUSD(LimitAmount.clamped(money.amount))
    }

    /// How many tokens of output to reserve: what the client asked for, or `usual` where it did not say, and never more
    /// than the model can write, for all `choices` together.
    ///
    /// All numbers may come from outside: what is absurd is clamped.
    public static func outputReservation(
        requested: Int64?,
        choices: Int64 = 1,
        modelLimit: Int64?,
        usual: Int64
    ) -> Int64 {
        let one = min(LimitAmount.clamped(requested ?? usual), LimitAmount.clamped(modelLimit ?? LimitAmount.largest))
        let (all, overflow) = one.multipliedReportingOverflow(by: max(1, choices))
        return overflow ? LimitAmount.largest : LimitAmount.clamped(all)
    }
}
