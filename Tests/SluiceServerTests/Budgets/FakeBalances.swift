import SluiceCore
import Synchronization

/// Balances in memory, with a database that can go away.
final class FakeBalances: BalanceStore {
    private struct State {
        var balances: [String: Balance] = [:]
        var failure: StoreError?
        var gate: [CheckedContinuation<Void, Never>]?
        var transactions = 0
    }

    private let state = Mutex(State())

    var failure: StoreError? {
        get { self.state.withLock { $0.failure } }
        set { self.state.withLock { $0.failure = newValue } }
    }

    /// How many transactions changed something.
    var transactions: Int { self.state.withLock { $0.transactions } }

    /// From here on calls hang until ``release()``.
    func hang() {
        self.state.withLock { $0.gate = [] }
    }

    func release() {
        let waiting = self.state.withLock { state in
            defer { state.gate = nil }
            return state.gate ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    func set(_ account: String, _ day: String, nanoUSD: Int64) {
        self.state.withLock {
            $0.balances["\(account)@\(Self.start(of: day))"] = Balance(spent: BalanceAmount(nanoUSD: nanoUSD))
        }
    }

    func spent(_ account: String, _ day: String) -> Int64 {
        self.state.withLock { $0.balances["\(account)@\(Self.start(of: day))"]?.spent.nanoUSD ?? 0 }
    }

    func spend(_ charges: [BalanceCharge]) async throws(StoreError) -> [Balance] {
        await self.pass()
        return try self.state.withLock { state throws(StoreError) in
            if let failure = state.failure { throw failure }
            state.transactions += 1
            return charges.map { charge in
                var balance = state.balances[Self.name(charge.period)] ?? Balance()
                balance.spent.nanoUSD += charge.amount.nanoUSD
                balance.spent.tokens += charge.amount.tokens
                state.balances[Self.name(charge.period)] = balance
                return balance
            }
        }
    }

    func balances(of periods: [BalancePeriod]) async throws(StoreError) -> [Balance] {
        await self.pass()
        return try self.state.withLock { state throws(StoreError) in
            if let failure = state.failure { throw failure }
            return periods.map { state.balances[Self.name($0)] ?? Balance() }
        }
    }

    private func pass() async {
        await withCheckedContinuation { continuation in
            let goesOn = self.state.withLock { state in
                guard state.gate != nil else { return true }
                state.gate?.append(continuation)
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    private static func name(_ period: BalancePeriod) -> String { "\(period.account)@\(period.start.milliseconds)" }

    private static func start(of day: String) -> Int64 {
        ["2026-11-01": 1_793_491_200_000, "2026-12-01": 1_796_083_200_000][day] ?? 0
    }

    // What the keeper does not need.

    func spend(_ amount: BalanceAmount, in period: BalancePeriod) async throws(StoreError) -> Balance {
        try await self.spend([BalanceCharge(period: period, amount: amount)]).first ?? Balance()
    }

    func balance(of account: String, start: UnixTime, in scope: TenantScope) async throws(StoreError) -> Balance {
        try await self.balances(of: [BalancePeriod(account: account, start: start, tenant: nil)]).first ?? Balance()
    }

    func reserve(id: String, holder: String, claims: [BudgetClaim], leaseEnds: UnixTime, now: UnixTime)
        async throws(StoreError) -> BudgetDecision
    {
        throw StoreError(.internal, "not asked for")
    }

    func settle(id: String, spent: [BalanceAmount]) async throws(StoreError) -> Bool {
        throw StoreError(.internal, "not asked for")
    }

    func extend(holder: String, leaseEnds: UnixTime) async throws(StoreError) -> Int { 0 }
    func sweep(now: UnixTime, limit: Int) async throws(StoreError) -> Int { 0 }
    func prune(before time: UnixTime) async throws(StoreError) -> Int { 0 }
}
