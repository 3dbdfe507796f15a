import SluiceCore
import SluiceStores
import Synchronization
import Testing

@testable import SluiceServer

@Suite("Upkeep of the stores", .timeLimit(.minutes(2)))
struct StoreUpkeepTests {
    private static let period = BalancePeriod(account: "a", start: UnixTime(milliseconds: 0), tenant: nil)

    private static func reserve(_ count: Int, in stores: SQLStores) async throws {
        for index in 0..<count {
            _ = try await stores.balances.reserve(
                id: "r\(index)", holder: "h",
                claims: [BudgetClaim(period: Self.period, amount: BalanceAmount(nanoUSD: 1))],
                leaseEnds: TestStores.start.advanced(by: .seconds(60)), now: TestStores.start)
        }
    }

    private static func upkeep(_ stores: SQLStores, at time: UnixTime, sweepLimit: Int = 2) -> StoreUpkeep {
        StoreUpkeep(
            balances: stores.balances, changes: stores.changes, terms: .init(sweepLimit: sweepLimit), now: { time },
            logger: TestStores.logger)
    }

    @Test("reservations whose lease ended are freed, however many, and no others")
    func sweeps() async throws {
        try await TestStores.with { stores async throws in
            try await Self.reserve(5, in: stores)
            await Self.upkeep(stores, at: TestStores.start.advanced(by: .seconds(59))).round()
            var balance = try await stores.balances.balance(of: "a", start: Self.period.start, in: .all)
            #expect(balance.reserved.nanoUSD == 5)
            await Self.upkeep(stores, at: TestStores.start.advanced(by: .seconds(61))).round()
            balance = try await stores.balances.balance(of: "a", start: Self.period.start, in: .all)
            #expect(balance == Balance())
        }
    }

    @Test("changes older than a day are deleted, but for the newest")
    func prunes() async throws {
        try await TestStores.with { stores async throws in
            for index in 0..<3 {
                let tenant = TenantRecord(id: TenantID("t\(index)"), name: "t", createdAt: TestStores.start)
                let act = AdministrativeAct(actorKind: .command, actor: "test", at: TestStores.start)
                _ = try await stores.tenants.insert(tenant, in: .all, as: act)
            }
            await Self.upkeep(stores, at: TestStores.start.advanced(by: .seconds(86_000))).round()
            #expect(try await stores.changes.changes(after: 0, limit: 10) != .tooOld(latest: 3))
            await Self.upkeep(stores, at: TestStores.start.advanced(by: .seconds(86_401))).round()
            #expect(try await stores.changes.changes(after: 0, limit: 10) == .tooOld(latest: 3))
            #expect(try await stores.changes.latest() == 3)
        }
    }

    @Test("it goes round after each pause, and ends with its task")
    func runs() async throws {
        try await TestStores.with { stores async throws in
            let pauses = Mutex<[Duration]>([])
            let upkeep = StoreUpkeep(
                balances: stores.balances, changes: stores.changes,
                pause: { wait in
                    let count = pauses.withLock { pauses in
                        pauses.append(wait)
                        return pauses.count
                    }
                    if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                },
                logger: TestStores.logger)
            await withTaskGroup(of: Void.self) { group in group.addTask { await upkeep.run() } }
            let waits = pauses.withLock { $0 }
            #expect(waits.count == 3)
            #expect(waits.allSatisfy { $0 >= .seconds(48) && $0 <= .seconds(72) })
        }
    }
}
