import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceRouting
import SluiceWire
import Synchronization
import Testing

@testable import SluiceServer

@Suite("StoredPrices")
struct StoredPricesTests {
    /// Prices in memory, which can be out of reach, and whose reads can be held up.
    private final class MemoryPrices: RecordStore {
        struct State {
            var records: [PriceRecord] = []
            var isAway = false
            var reads = 0
            var held: [CheckedContinuation<Void, Never>] = []
            var holds = false
        }

        let state = Mutex(State())

        func insert(_ record: PriceRecord, in scope: TenantScope, as act: AdministrativeAct)
            async throws(StoreError) -> PriceRecord
        { record }

        func update(_ record: PriceRecord, in scope: TenantScope, as act: AdministrativeAct)
            async throws(StoreError) -> PriceRecord
        { record }

        func remove(_ id: PriceID, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) {}

        func record(_ id: PriceID, in scope: TenantScope) async throws(StoreError) -> PriceRecord? { nil }

        func records(in scope: TenantScope, where filter: NoFilter, page: PageRequest)
            async throws(StoreError) -> Page<PriceRecord>
        {
            let (records, isAway, holds) = self.state.withLock { state in
                state.reads += 1
                return (state.records, state.isAway, state.holds)
            }
            if holds { await withCheckedContinuation { held in self.state.withLock { $0.held.append(held) } } }
            guard !isAway else { throw StoreError(.unavailable, "away") }
            // One a page, so that all pages are asked for.
            let first = page.cursor.flatMap { Int($0) } ?? 0
            let next = first + 1 < records.count ? "\(first + 1)" : nil
            return Page(records: Array(records.dropFirst(first).prefix(1)), next: next)
        }

        func set(_ records: [PriceRecord]) { self.state.withLock { $0.records = records } }
    }

    private static func record(
        _ models: String, _ dollars: Int64, provider: String? = nil, from: String? = nil
    ) -> PriceRecord {
        PriceRecord(
            id: PriceID("price_\(dollars)"), provider: provider, models: ModelPattern(models),
            rates: TokenRates(
                input: TokenPrice(perMillion: NanoUSD(dollars * 1_000_000_000)),
                output: TokenPrice(perMillion: NanoUSD(dollars * 1_000_000_000))),
            from: from.flatMap { PriceDate($0) }, createdAt: UnixTime(milliseconds: dollars))
    }

    private static let change = Change(number: 1, kind: .price, id: "price_1", tenant: nil)

    @Test("a change is in force once it was told, and nothing is made anew where nothing changed")
    func changes() async {
        let store = MemoryPrices()
        let applied = Mutex(0)
        let prices = StoredPrices(store, logger: TestStores.logger)
        prices.whenChanged { applied.withLock { $0 += 1 } }
        #expect(await prices.load())
        #expect(prices.isCurrent && applied.withLock { $0 } == 0)
        store.set([Self.record("a", 1), Self.record("b", 2)])
        await prices.changed([Change(number: 1, kind: .rule, id: "r", tenant: nil)])
        #expect(prices.records.isEmpty)
        await prices.changed([Self.change])
        #expect(prices.records.map(\.id.text) == ["price_1", "price_2"] && applied.withLock { $0 } == 1)
        await prices.everythingChanged()
        #expect(applied.withLock { $0 } == 1)
        store.set([])
        await prices.everythingChanged()
        #expect(prices.records.isEmpty && applied.withLock { $0 } == 2)
    }

    @Test("while the store is away the last prices hold on")
    func outage() async {
        let store = MemoryPrices()
        store.set([Self.record("a", 1)])
        let prices = StoredPrices(store, logger: TestStores.logger)
        #expect(await prices.load())
        store.state.withLock { $0.isAway = true }
        #expect(await !prices.load())
        #expect(prices.records.count == 1 && !prices.isCurrent)
        store.state.withLock { $0.isAway = false }
        #expect(await prices.load())
        #expect(prices.isCurrent)
    }

    @Test("a slow read of what was does not take the place of what is", .timeLimit(.minutes(1)))
    func order() async {
        let store = MemoryPrices()
        store.set([Self.record("a", 1)])
        store.state.withLock { $0.holds = true }
        let prices = StoredPrices(store, logger: TestStores.logger)
        async let slow = prices.load()
        while store.state.withLock({ $0.held.isEmpty }) { await Task.yield() }
        store.state.withLock { $0.holds = false }
        store.set([Self.record("a", 2)])
        #expect(await prices.load())
        for held in store.state.withLock({ $0.held }) { held.resume() }
        #expect(await slow)
        #expect(prices.records.map(\.id.text) == ["price_2"])
    }

    private static func snapshot(_ records: [PriceRecord], unknown: UnknownPrice = .flag) -> Snapshot {
        let own = ModelPrice(rates: TokenRates(input: TokenPrice(perMillion: NanoUSD(5_000_000_000))))
        var configuration = GatewayConfiguration(
            providers: [
                ProviderConfiguration(name: "up", kind: "openai-compatible", baseURL: BaseURL("http://x.example/v1"))
            ],
            models: [
                ModelConfiguration(
                    pattern: ModelPattern("named"),
                    targets: [TargetConfiguration(provider: "up", model: "inner", price: own)]),
                ModelConfiguration(
                    pattern: ModelPattern("wild-*"), targets: [TargetConfiguration(provider: "up", price: own)]),
            ])
        configuration.unknownPrice = unknown
        return SnapshotBuilder(mockPort: nil, startKey: nil, storedPrices: { records }).build(configuration)
    }

    private static func charge(
        _ snapshot: Snapshot, _ model: String, as target: String, on day: String = "2026-12-01"
    ) -> (dollars: Int64?, isUnknown: Bool, version: String?) {
        var attempt = AttemptRecord()
        attempt.provider = "up"
        attempt.targetModel = target
        attempt.usage = TokenUsage(uncachedInput: 1_000_000)
        let time = UsagePeriod.time(day)?.milliseconds ?? 0
        let charge = snapshot.charge(of: attempt, model: model, receivedAt: time * 1_000_000)
        return (charge.cost.map { $0.total.amount / 1_000_000_000 }, charge.isPriceUnknown, charge.cost?.priceVersion)
    }

    @Test("stored prices go before those of targets, by whatever name the model is asked for, each on its days")
    func targets() {
        let before = Self.snapshot([])
        #expect(Self.charge(before, "named", as: "inner").dollars == 5)
        #expect(Self.charge(before, "wild-1", as: "wild-1").dollars == 5)
        #expect(Self.charge(before, "up/else", as: "else").isUnknown)
        let after = Self.snapshot([
            Self.record("inner", 7), Self.record("wild-*", 8, provider: "up", from: "2026-12-01"),
            Self.record("wild-2", 9, provider: "other"), Self.record("else", 10),
        ])
        #expect(Self.charge(after, "named", as: "inner").dollars == 7)
        #expect(Self.charge(after, "wild-1", as: "wild-1").dollars == 8)
        #expect(Self.charge(after, "wild-2", as: "wild-2").dollars == 8)
        #expect(Self.charge(after, "wild-1", as: "wild-1", on: "2026-11-30").dollars == 5)
        let found = Self.charge(after, "up/else", as: "else")
        #expect(found.dollars == 10 && !found.isUnknown && found.version?.hasPrefix("override-price_10-") == true)
    }

    @Test("what stands in for a price that is not known stays marked")
    func substitutes() {
        let high = Self.charge(Self.snapshot([], unknown: .estimateHigh), "up/else", as: "else")
        #expect(high.dollars ?? 0 > 0 && high.isUnknown && high.version?.hasPrefix("highest-") == true)
    }

    @Test("the cheapest target is so by stored prices too")
    func cheapest() {
        let model = ModelConfiguration(
            pattern: ModelPattern("m"),
            targets: [
                TargetConfiguration(
                    provider: "up", model: "inner",
                    price: ModelPrice(rates: TokenRates(input: TokenPrice(perMillion: NanoUSD(5)))))
            ])
        func price(_ records: [PriceRecord]) -> TargetPrice? {
            RoutingBuilder(
                GatewayConfiguration(models: [model]),
                providers: [RoutingBuilder.Provider(place: 0, name: "up", kind: "openai-compatible")],
                stored: records, now: 1_796_040_000_000_000_000
            ).entries[0].targets[0].price
        }
        #expect(price([]) == TargetPrice(input: 5, output: 0))
        #expect(price([Self.record("inner", 7)]) == TargetPrice(input: 7_000_000_000, output: 7_000_000_000))
    }
}
