public import SluiceCore
public import SluiceWire

/// What becomes of a reservation.
public enum Settlement: Sendable {
    /// The request took these tokens and cost this much.
    case used(TokenUsage, cost: NanoUSD)
    /// Nobody said what it took: what was reserved counts.
    case asReserved
    /// It took nothing, as no provider worked for it. It stays counted as a request.
    case nothing
}

/// What a settlement brought about.
public struct SettlementResult: Sendable {
    /// Whether this was the first settlement of the reservation. Later ones change nothing.
    public let isFirst: Bool
    /// The budgets of which a part was reached.
    public let alerts: [BudgetAlert]
}
