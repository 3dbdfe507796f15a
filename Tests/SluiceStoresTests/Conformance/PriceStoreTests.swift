import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Prices in both databases", .timeLimit(.minutes(2)))
struct PriceStoreTests {
    private func record(
        _ id: String, _ models: String = "llama-*", provider: String? = nil, from: String? = nil, until: String? = nil
    ) -> PriceRecord {
        PriceRecord(
            id: PriceID(id), provider: provider, models: ModelPattern(models),
            rates: TokenRates(input: TokenPrice(perMillion: NanoUSD(200_000_000)), output: .zero),
            from: from.flatMap { PriceDate($0) }, until: until.flatMap { PriceDate($0) }, createdAt: Samples.start)
    }

    @Test(
        "a price comes back as it was, with its row in the audit table and its number in the feed",
        arguments: TestDatabase.kinds)
    func whole(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            var full = self.record("p1", provider: "vllm-a", from: "2026-12-01", until: "2027-02-28")
            full.rates = TokenRates(
                input: TokenPrice(perMillion: NanoUSD(1)), cacheRead: .zero,
                cacheWrite5m: TokenPrice(perMillion: NanoUSD(3)), cacheWrite1h: TokenPrice(perMillion: NanoUSD(4)),
                output: TokenPrice(perMillion: NanoUSD(5)), reasoning: TokenPrice(perMillion: NanoUSD(6)),
                audioInput: TokenPrice(perMillion: NanoUSD(7)),
                audioOutput: TokenPrice(perMillion: NanoUSD(1_000_000_000_000_000)))
            full.request = NanoUSD(9)
            full.image = NanoUSD(10)
            full.note = "Vertrag 2026-11, §3 \u{1F4C4}"
            let stored = try await stores.prices.insert(full, in: .all, as: Samples.act())
            #expect(try await stores.prices.record(full.id, in: .all) == stored)
            full.revision = stored.revision
            #expect(stored == full)
            let bare = try await stores.prices.insert(self.record("p2", "x"), in: .all, as: Samples.act())
            #expect(try await stores.prices.record(bare.id, in: .all) == bare)

            var changed = stored
            changed.rates.cacheRead = nil
            changed.until = nil
            changed.note = nil
            let after = try await stores.prices.update(changed, in: .all, as: Samples.act(3))
            #expect(try await stores.prices.record(full.id, in: .all) == after)
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.prices.update(changed, in: .all, as: Samples.act())
            }
            try await stores.prices.remove(full.id, in: .all, as: Samples.act(4))
            #expect(try await stores.prices.record(full.id, in: .all) == nil)
            let audit = try await stores.audit.entries(in: .all, subject: "p1", page: PageRequest()).records
            #expect(audit.map(\.action) == ["price.create", "price.update", "price.remove"])
            guard case .changes(let changes) = try await stores.changes.changes(after: 0, limit: 10) else {
                Issue.record("The feed is not that old.")
                return
            }
            #expect(changes.map(\.kind) == [.price, .price, .price, .price])
            #expect(changes.map(\.id) == ["p1", "p2", "p1", "p1"] && changes.allSatisfy { $0.tenant == nil })
        }
    }

    @Test("two of the same models do not hold on one day", arguments: TestDatabase.kinds)
    func overlaps(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let first = try await stores.prices.insert(
                self.record("p1", from: "2026-10-01", until: "2026-11-01"), in: .all, as: Samples.act())
            let others: [(from: String?, until: String?, isTaken: Bool)] = [
                (nil, nil, true), ("2026-10-31", nil, true), (nil, "2026-10-02", true),
                ("2026-10-10", "2026-10-11", true), ("2026-09-01", "2026-12-01", true),
                ("2026-11-01", nil, false), (nil, "2026-10-01", false),
            ]
            for (index, days) in others.enumerated() {
                let other = self.record("o\(index)", from: days.from, until: days.until)
                if days.isTaken {
                    let error = await expectStoreError(.conflict) { () async throws(StoreError) in
                        try await stores.prices.insert(other, in: .all, as: Samples.act())
                    }
                    #expect(error?.message.contains("p1") == true)
                } else {
                    _ = try await stores.prices.insert(other, in: .all, as: Samples.act())
                }
            }
            // Other models and another provider are no matter, and a price is not in its own way.
            _ = try await stores.prices.insert(self.record("m", "llama-3*"), in: .all, as: Samples.act())
            _ = try await stores.prices.insert(
                self.record("v", provider: "vllm-a", from: "2026-10-01"), in: .all, as: Samples.act())
            var longer = first
            longer.from = PriceDate("2026-10-02")
            longer = try await stores.prices.update(longer, in: .all, as: Samples.act())
            longer.until = PriceDate("2026-11-02")
            let taken = longer
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.prices.update(taken, in: .all, as: Samples.act())
            }
            #expect(try await stores.prices.record(first.id, in: .all)?.until == first.until)
        }
    }

    @Test("of several who set the same at once, one does", arguments: TestDatabase.kinds)
    func together(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = (0..<8).map { self.record("p\($0)") }
            let done = await withTaskGroup(of: Bool.self) { group in
                for record in records {
                    group.addTask {
                        (try? await stores.prices.insert(record, in: .all, as: Samples.act())) != nil
                    }
                }
                return await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(done == 1)
            #expect(try await stores.prices.records(in: .all, where: .all, page: PageRequest()).records.count == 1)
        }
    }

    @Test(
        "they are the deployment's: a tenant sees none, and makes, changes and removes none",
        arguments: TestDatabase.kinds)
    func isolation(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let stored = try await stores.prices.insert(self.record("p1"), in: .all, as: Samples.act())
            let tenant = TenantScope.tenant(TenantID("default"))
            #expect(try await stores.prices.record(stored.id, in: tenant) == nil)
            #expect(try await stores.prices.records(in: tenant, where: .all, page: PageRequest()).records.isEmpty)
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.prices.insert(self.record("p2", "x"), in: tenant, as: Samples.act())
            }
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.prices.update(stored, in: tenant, as: Samples.act())
            }
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.prices.remove(stored.id, in: tenant, as: Samples.act())
            }
            #expect(try await stores.prices.record(stored.id, in: .all) == stored)
            #expect(try await stores.changes.latest() == 1)
        }
    }
}
