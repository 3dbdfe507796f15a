/// Money and tokens, as integers. A billionth of a US dollar is the unit of money.
public struct BalanceAmount: Sendable, Hashable {
    /// Money, in billionths of a US dollar.
    public var nanoUSD: Int64
    /// Tokens.
    public var tokens: Int64

    /// Makes an amount.
    public init(nanoUSD: Int64 = 0, tokens: Int64 = 0) {
        self.nanoUSD = nanoUSD
        self.tokens = tokens
    }

    /// Nothing.
    public static let zero = BalanceAmount()
}

/// One budget in one period, as its subject sees it.
public struct BalancePeriod: Sendable, Hashable {
    /// The budget and its subject in one text, such as `rule_01.../key_x`.
    public var account: String
    /// When the period began; a budget without periods has 0.
    public var start: UnixTime
    /// The tenant, for the scope of readers.
    public var tenant: TenantID?

    /// Makes a period.
    public init(account: String, start: UnixTime, tenant: TenantID?) {
        self.account = account
        self.start = start
        self.tenant = tenant
    }
}

/// What was spent and what is held in one period.
public struct Balance: Sendable, Equatable {
    /// What was spent.
    public var spent: BalanceAmount
    /// What is held by reservations.
    public var reserved: BalanceAmount

    /// Makes a balance.
    public init(spent: BalanceAmount = .zero, reserved: BalanceAmount = .zero) {
        self.spent = spent
        self.reserved = reserved
    }
}

/// What was spent of one budget.
public struct BalanceCharge: Sendable, Equatable {
    /// Which budget and period.
    public var period: BalancePeriod
    /// How much; not negative.
    public var amount: BalanceAmount

    /// Makes a charge.
    public init(period: BalancePeriod, amount: BalanceAmount) {
        self.period = period
        self.amount = amount
    }
}

/// A wish to hold an amount of one budget.
public struct BudgetClaim: Sendable, Equatable {
    /// Which budget and period.
    public var period: BalancePeriod
    /// How much.
    public var amount: BalanceAmount
    /// The most that may be spent and held together in the period; `nil` in a field means no bound.
    public var capNanoUSD: Int64?
    /// The same in tokens.
    public var capTokens: Int64?

    /// Makes a claim.
    public init(period: BalancePeriod, amount: BalanceAmount, capNanoUSD: Int64? = nil, capTokens: Int64? = nil) {
        self.period = period
        self.amount = amount
        self.capNanoUSD = capNanoUSD
        self.capTokens = capTokens
    }
}

/// The answer to claims.
public enum BudgetDecision: Sendable, Equatable {
    /// All claims are held. The balances are those after it, in the order of the claims.
    case reserved([Balance])
    /// The claim at this index does not fit; nothing is held. The balance is the one that it met.
    case refused(claim: Int, balance: Balance)
}

/// Keeps what budgets have spent and hold.
///
/// Whether a claim fits is decided by the statement that holds it, against the newest balance: any number of processes together
/// never hold and spend more than the cap, but by the difference of true and reserved amounts of what runs.
public protocol BalanceStore: Sendable {
    /// Holds all claims or none, until they are settled or the lease ends.
    ///
    /// `id` names the reservation and is new for each; the same id again throws `conflict`. Amounts are not negative. When a
    /// claim does not fit, reservations of its period whose lease ended are freed and it is tried once more.
    func reserve(id: String, holder: String, claims: [BudgetClaim], leaseEnds: UnixTime, now: UnixTime)
        async throws(StoreError) -> BudgetDecision

    /// Ends a reservation: what it holds is freed and `spent` is added, one amount for each claim in the order given to
    /// ``reserve(id:holder:claims:leaseEnds:now:)``. Returns `false` when it was settled before; then nothing is done, so
    /// that a settlement can be sent again. One whose lease ended is settled all the same. Throws `notFound` for an unknown id.
    func settle(id: String, spent: [BalanceAmount]) async throws(StoreError) -> Bool

    /// Moves the end of the leases of all that a holder has open. Returns how many.
    func extend(holder: String, leaseEnds: UnixTime) async throws(StoreError) -> Int

    /// Adds to what was spent, without a reservation.
    func spend(_ amount: BalanceAmount, in period: BalancePeriod) async throws(StoreError) -> Balance

    /// Adds to what was spent in several periods, in one transaction: all or nothing. Returns the balances after it, in the
    /// order of the charges. When it throws `outcomeUnknown` it may have been done.
    func spend(_ charges: [BalanceCharge]) async throws(StoreError) -> [Balance]

    /// The balances of several periods, in their order; zero where nothing happened.
    func balances(of periods: [BalancePeriod]) async throws(StoreError) -> [Balance]

    /// The balance of a period; zero when nothing happened in it.
    func balance(of account: String, start: UnixTime, in scope: TenantScope) async throws(StoreError) -> Balance

    /// Frees what reservations hold whose lease ended, at most `limit` of them. Returns how many.
    func sweep(now: UnixTime, limit: Int) async throws(StoreError) -> Int

    /// Deletes reservations that were settled or freed and whose lease ended before `time`. Returns how many.
    func prune(before time: UnixTime) async throws(StoreError) -> Int
}
