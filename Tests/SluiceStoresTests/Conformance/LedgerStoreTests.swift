import SluiceCore
import SluiceWire
import Testing

@testable import SluiceStores

@Suite("The ledger in both databases", .timeLimit(.minutes(3)))
struct LedgerStoreTests {
    private let all = UnixTime(milliseconds: 0)..<UnixTime(milliseconds: 4_000_000_000_000)

    /// Records of three days, two tenants, several keys, models and statuses.
    private func records(_ count: Int = 600) -> [LedgerRecord] {
        var generator = SeededGenerator(seed: 11)
        return (0..<count).map { index in
            let tenant = ["a", "b"][index % 2]
            let time = UnixTime(
                milliseconds: LedgerSamples.start + Int64.random(in: 0..<3 * LedgerSums.day, using: &generator))
            var record = LedgerSamples.record(
                Int64(index), key: "k\(index % 6)", tenant: tenant, model: "m\(index % 5)",
                provider: index % 11 == 0 ? nil : "p\(index % 3)", status: index % 11 == 0 ? 429 : 200, at: time,
                cost: index % 7 == 0 ? nil : Int64(index), tags: ["team": "t\(index % 4)", "名": "值\(index % 2)"])
            if index % 5 == 1, !record.attempts.isEmpty {
                record.attempts.insert(
                    LedgerSamples.attempt("p9", "lost", input: index, output: 1, cost: Int64(index) * 3), at: 0)
            }
            return record
        }
    }

    private func total(_ records: [LedgerRecord]) -> UsageRow {
        var row = UsageRow()
        for record in records {
            row.requests += 1
            row.failures += record.status >= 400 ? 1 : 0
            row.attempts += Int64(record.attempts.count)
            row.tokens = row.tokens + record.usage
            row.cost += record.cost
            row.cacheSaving += record.attempts.reduce(.zero) { $0 + ($1.cost?.cacheSaving ?? .zero) }
            row.unpricedAttempts += Int64(record.attempts.count { $0.isPriceUnknown })
            row.durationNanoseconds += record.durationNanoseconds
        }
        return row
    }

    @Test("a record is stored once, however often it comes, and counts once", arguments: TestDatabase.kinds)
    func idempotent(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(300)
            #expect(try await stores.ledger.append([]) == 0)
            #expect(try await stores.ledger.append(Array(records[..<100])) == 100)
            #expect(try await stores.ledger.append(Array(records[50..<150])) == 50)
            #expect(try await stores.ledger.append(records + records) == 150)
            let totals = try await stores.usage.totals(self.all, where: UsageFilter(), in: .all)
            #expect(totals == self.total(records))
        }
    }

    @Test("a record comes back as it was", arguments: TestDatabase.kinds)
    func whole(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let exchange = LedgerSamples.exchange("the one")
            let record = try #require(LedgerSamples.record(exchange, number: .max))
            var unknown = try #require(LedgerSamples.record(LedgerSamples.exchange("the one"), number: 2))
            unknown.isKnownModel = false
            unknown.model = "invented"
            unknown.attempts = []
            unknown.id.receivedAt += 5
            _ = try await stores.ledger.append([record, unknown])
            #expect(try await stores.usage.exchanges(requestID: "the one", in: .all) == [unknown, record])
            #expect(try await stores.usage.exchanges(requestID: "another", in: .all).isEmpty)
            #expect(try await stores.usage.exchanges(requestID: "the one", in: .tenant(TenantID("b"))).isEmpty)
            let models = try await stores.usage.usage(UsageQuery(range: self.all, by: [.model]), in: .all)
            #expect(Set(models.map(\.values)) == [["gpt-5"], [nil]])
        }
    }

    @Test("a record that was handed on in memory is the one that the journal has", arguments: TestDatabase.kinds)
    func handedOn(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            var exchanges: [ExchangeRecord] = []
            for (index, name) in ["plain", "a'\"\\\n", "模型", "a\0b", ""].enumerated() {
                var exchange = LedgerSamples.exchange("handed \(index)")
                exchange.model = name
                exchange.principal = LedgerSamples.principal(name, tenant: "a", tags: [name: name])
                exchange.attempt.provider = name
                exchange.earlierAttempts[0].provider = name
                exchange.receivedAt += Int64(index)
                exchanges.append(exchange)
            }
            exchanges.append(ExchangeRecord())
            let batch = LedgerSamples.batch(exchanges)
            let records = (0..<batch.count).compactMap { JournalRecordParser.record(Array(batch.line($0))) }
            #expect(records.count == exchanges.count)
            #expect(try await stores.batches.append(batch) == batch.count)
            // The same, read from the journal, is nothing new.
            #expect(try await stores.ledger.append(records) == 0)
            let page = try await stores.usage.records(self.all, where: UsageFilter(), in: .all, page: PageRequest())
            #expect(page.records == records.sorted { $0.id < $1.id })
            #expect(try await stores.usage.totals(self.all, where: UsageFilter(), in: .all) == self.total(records))
        }
    }

    @Test("names of any length and script are kept", arguments: TestDatabase.kinds)
    func names(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            for (index, name) in ["模型", "💥", String(repeating: "長い", count: 2500), "a'\"\\", "\u{FFFD}"].enumerated() {
                var exchange = LedgerSamples.exchange("names\(index)")
                exchange.model = name
                exchange.principal = LedgerSamples.principal(name, tenant: name, tags: [name: name])
                exchange.attempt.provider = name
                let record = try #require(LedgerSamples.record(exchange, number: Int64(index)))
                #expect(try await stores.ledger.append([record]) == 1)
                #expect(try await stores.usage.exchanges(requestID: "names\(index)", in: .all) == [record])
                let rows = try await stores.usage.usage(
                    UsageQuery(range: self.all, by: [.key, .model, .tag(name)]), in: .tenant(TenantID(name)))
                #expect(rows.map(\.values) == [[name, name, name]])
            }
        }
    }

    @Test("sums and records agree, by every dimension", arguments: TestDatabase.kinds)
    func agree(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records()
            for start in stride(from: 0, to: records.count, by: 97) {
                _ = try await stores.ledger.append(Array(records[start..<min(start + 97, records.count)]))
            }
            let dimensions: [[UsageDimension]] = [
                [], [.key], [.user], [.team], [.tenant], [.model], [.provider], [.targetModel], [.route], [.status],
                [.tag("team")], [.tag("名"), .tag("none")], [.key, .model, .provider, .status],
            ]
            // Whole hours are read from sums; half an hour less or more makes records part of it.
            let ranges = [
                self.all, LedgerSamples.time(hours: 1)..<LedgerSamples.time(hours: 40),
                LedgerSamples.time(hours: 1, minutes: 30)..<LedgerSamples.time(hours: 49, minutes: 10),
                LedgerSamples.time(minutes: 20)..<LedgerSamples.time(minutes: 50),
            ]
            for dimensions in dimensions {
                for range in ranges {
                    let rows = try await stores.usage.usage(UsageQuery(range: range, by: dimensions), in: .all)
                    let inside = records.filter {
                        range.contains(UnixTime(milliseconds: $0.id.receivedAt / 1_000_000))
                    }
                    let expected = self.total(inside)
                    var sum = UsageRow()
                    for row in rows {
                        sum.requests += row.requests
                        sum.failures += row.failures
                        sum.attempts += row.attempts
                        sum.tokens = sum.tokens + row.tokens
                        sum.cost += row.cost
                        sum.cacheSaving += row.cacheSaving
                        sum.unpricedAttempts += row.unpricedAttempts
                        sum.durationNanoseconds += row.durationNanoseconds
                    }
                    #expect(sum == expected, "by \(dimensions) in \(range)")
                    #expect(Set(rows.map(\.values)).count == rows.count)
                }
            }
            for interval in UsageInterval.allCases {
                let rows = try await stores.usage.usage(UsageQuery(range: self.all, interval: interval), in: .all)
                #expect(rows.reduce(0) { $0 + $1.requests } == Int64(records.count))
                #expect(rows.compactMap(\.start).sorted() == rows.compactMap(\.start))
                #expect(Set(rows.map(\.start)).count == rows.count)
            }
            let months = try await stores.usage.usage(UsageQuery(range: self.all, interval: .month), in: .all)
            #expect(months.map(\.start) == [UnixTime(milliseconds: 1_793_491_200_000)])
        }
    }

    @Test(
        "tokens and money stand under the provider that used them, the exchange under the one that answered",
        arguments: TestDatabase.kinds)
    func hedges(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            var record = LedgerSamples.record(1, provider: "winner", cost: 500)
            record.attempts.insert(LedgerSamples.attempt("loser", "m", input: 7, output: 1, cost: 30), at: 0)
            _ = try await stores.ledger.append([record])
            // By sums and by records.
            for range in [self.all, LedgerSamples.time()..<LedgerSamples.time(minutes: 10)] {
                let rows = try await stores.usage.usage(
                    UsageQuery(range: range, by: [.provider], order: .cost), in: .all)
                #expect(rows.map(\.values) == [["winner"], ["loser"]])
                #expect(rows.map(\.requests) == [1, 0] && rows.map(\.attempts) == [1, 1])
                #expect(rows.map(\.cost) == [NanoUSD(500), NanoUSD(30)])
            }
        }
    }

    @Test("filters and scopes", arguments: TestDatabase.kinds)
    func filters(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(200)
            _ = try await stores.ledger.append(records)
            var filter = UsageFilter()
            filter.keyID = "k3"
            filter.tag = UsageFilter.Tag(name: "名", value: "值1")
            filter.statuses = 200...299
            let expected = records.filter {
                $0.subject.keyID == "k3" && $0.subject.tags["名"] == "值1" && $0.status == 200
            }
            #expect(!expected.isEmpty)
            #expect(try await stores.usage.totals(self.all, where: filter, in: .all) == self.total(expected))
            let page = try await stores.usage.records(self.all, where: filter, in: .all, page: PageRequest(limit: 1000))
            #expect(page.records == expected.sorted { $0.id < $1.id })
            // Nothing of tenant B is shown to A, whatever is asked for.
            let a = TenantScope.tenant(TenantID("a"))
            let own = records.filter { $0.subject.tenant == "a" }
            #expect(try await stores.usage.totals(self.all, where: UsageFilter(), in: a) == self.total(own))
            var foreign = UsageFilter()
            foreign.tenant = "b"
            #expect(try await stores.usage.totals(self.all, where: foreign, in: a) == UsageRow())
            #expect(
                try await stores.usage.records(self.all, where: foreign, in: a, page: PageRequest()).records.isEmpty)
            let other = try #require(records.first { $0.subject.tenant == "b" })
            #expect(try await stores.usage.exchanges(requestID: other.requestID, in: a).isEmpty)
        }
    }

    @Test("pages are the whole list in order, each record once", arguments: TestDatabase.kinds)
    func pages(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(230)
            _ = try await stores.ledger.append(records)
            var listed: [LedgerRecord] = []
            var cursor: String?
            repeat {
                let page = try await stores.usage.records(
                    self.all, where: UsageFilter(), in: .all, page: PageRequest(limit: 50, after: cursor))
                listed += page.records
                cursor = page.next
            } while cursor != nil
            #expect(listed == records.sorted { $0.id < $1.id })
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.usage.records(
                    self.all, where: UsageFilter(), in: .all, page: PageRequest(after: "nonsense"))
            }
        }
    }

    @Test("lists of the most are in order and bounded", arguments: TestDatabase.kinds)
    func top(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(300)
            _ = try await stores.ledger.append(records)
            for order in [UsageOrder.cost, .tokens, .requests] {
                let rows = try await stores.usage.usage(
                    UsageQuery(range: self.all, by: [.model], order: order, limit: 3), in: .all)
                #expect(rows.count == 3)
                let values = rows.map { row in
                    switch order {
                    case .cost: row.cost.amount
                    case .tokens: Int64(row.tokens.totalTokens)
                    case .requests, .time: row.requests
                    }
                }
                #expect(values == values.sorted(by: >))
            }
        }
    }

    @Test("old records go and their sums stay; old sums go by themselves", arguments: TestDatabase.kinds)
    func retention(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(200)
            _ = try await stores.ledger.append(records)
            let end = LedgerSamples.time(hours: 24)
            let old = records.filter { $0.id.receivedAt < end.milliseconds * 1_000_000 }
            #expect(try await stores.ledger.deleteRecords(before: end, limit: 10) == 10)
            #expect(try await stores.ledger.deleteRecords(before: end, limit: 1000) == old.count - 10)
            #expect(try await stores.ledger.deleteRecords(before: end, limit: 1000) == 0)
            let left = try await stores.usage.records(
                self.all, where: UsageFilter(), in: .all, page: PageRequest(limit: 1000))
            #expect(left.records.count == records.count - old.count)
            #expect(try await stores.usage.totals(self.all, where: UsageFilter(), in: .all) == self.total(records))
            #expect(try await stores.ledger.deleteSums(before: end) > 0)
            let hours = try await stores.usage.usage(UsageQuery(range: self.all, interval: .hour), in: .all)
            #expect(hours.allSatisfy { $0.start.map { $0 >= end } ?? false })
            #expect(hours.reduce(0) { $0 + $1.requests } == Int64(records.count - old.count))
        }
    }

    /// How many names the database has.
    private func countNames(_ stores: SQLStores) async throws -> [Int64] {
        try await stores.database.read { connection throws(StoreError) in
            var counts: [Int64] = []
            for table in ["ledger_subjects", "ledger_targets"] {
                guard var row = try connection.first("SELECT COUNT(*) FROM \(table)", []) else { continue }
                counts.append(try row.integer())
            }
            return counts
        }
    }

    @Test(
        "names that nothing refers to go, and come back when they are used again, in every process",
        arguments: TestDatabase.kinds)
    func unusedNames(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { stores async throws in
            try await database.withStores { other async throws in
                let old = LedgerSamples.record(1, key: "old", model: "old", provider: "old")
                let later = LedgerSamples.time(hours: 72)
                let new = LedgerSamples.record(2, key: "new", model: "new", provider: "new", at: later)
                var failed = LedgerSamples.record(3, key: "new", model: "new", provider: "new")
                failed.attempts.insert(LedgerSamples.attempt("lost", "lost", input: 1, output: 1, cost: 1), at: 0)
                #expect(try await stores.ledger.append([old, new, failed]) == 3)
                #expect(try await self.countNames(stores) == [2, 3])
                // Both have the numbers in memory.
                #expect(
                    try await other.ledger.append([LedgerSamples.record(4, key: "old", model: "old", provider: "old")])
                        == 1)
                let end = LedgerSamples.time(hours: 48)
                #expect(try await stores.batches.deleteUnusedNames(sumsBefore: end) == 0)
                // Sums that go before their records take no name with them.
                #expect(try await stores.ledger.deleteSums(before: end) > 0)
                #expect(try await stores.batches.deleteUnusedNames(sumsBefore: end) == 0)
                #expect(try await stores.ledger.deleteRecords(before: end, limit: 100) == 3)
                #expect(try await stores.batches.deleteUnusedNames(sumsBefore: end) == 3)
                #expect(try await self.countNames(stores) == [1, 1])
                for (number, stores) in [(5, stores), (6, other)] as [(Int64, SQLStores)] {
                    let again = LedgerSamples.record(number, key: "old", model: "old", provider: "old", at: later)
                    #expect(try await stores.ledger.append([again]) == 1)
                    #expect(try await stores.usage.exchanges(requestID: "req-\(number)", in: .all) == [again])
                }
                #expect(try await self.countNames(stores) == [2, 2])
                let rows = try await stores.usage.usage(UsageQuery(range: self.all, by: [.key]), in: .all)
                #expect(rows.map(\.values) == [["new"], ["old"]] && rows.map(\.requests) == [1, 2])
            }
        }
    }

    @Test("where everything has gone no name is left", arguments: TestDatabase.kinds)
    func noNames(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.ledger.append(self.records(50))
            let end = LedgerSamples.time(hours: 1000)
            #expect(try await stores.ledger.deleteRecords(before: end, limit: 100) == 50)
            #expect(try await stores.batches.deleteUnusedNames(sumsBefore: end) == 0)
            #expect(try await stores.ledger.deleteSums(before: end) > 0)
            #expect(try await stores.batches.deleteUnusedNames(sumsBefore: end) > 0)
            #expect(try await self.countNames(stores) == [0, 0])
            #expect(try await stores.ledger.append(self.records(50)) == 50)
        }
    }

    @Test("names are removed while others store, and no record loses its own", arguments: TestDatabase.kinds)
    func namesTogether(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { first in
            try await database.withStores { second in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, stores) in [first, second].enumerated() {
                        group.addTask {
                            for round in 0..<30 {
                                let number = Int64(index * 1000 + round)
                                // Three names in turn, each alone in its day.
                                let time = LedgerSamples.time(hours: 24 * (1 + round))
                                let record = LedgerSamples.record(number, key: "k\(round % 3)", at: time)
                                _ = try await stores.ledger.append([record])
                            }
                        }
                        group.addTask {
                            for round in 0..<30 {
                                let end = LedgerSamples.time(hours: 24 * round)
                                _ = try await stores.ledger.deleteRecords(before: end, limit: 1000)
                                _ = try await stores.ledger.deleteSums(before: end)
                                _ = try await stores.batches.deleteUnusedNames(sumsBefore: end)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let lost = try await first.database.read { connection throws(StoreError) in
                    try connection.query(
                        """
                        SELECT received_at FROM ledger_records WHERE subject NOT IN (SELECT id FROM ledger_subjects)
                        OR target NOT IN (SELECT id FROM ledger_targets)
                        """, []
                    ).rows.count
                }
                #expect(lost == 0)
            }
        }
    }

    /// Prices a period anew, step by step.
    private func reprice(
        _ ledger: any LedgerStore,
        _ period: Range<UnixTime>,
        after start: LedgerRecord.ID? = nil,
        isTrial: Bool = false,
        with price: @escaping @Sendable (LedgerRecord, AttemptRecord) -> AttemptCharge
    ) async throws -> (result: Repricing, steps: Int) {
        var result = Repricing()
        var place = start
        var steps = 0
        while true {
            let step = try await ledger.reprice(period, after: place, isTrial: isTrial, with: price)
            result += step.result
            steps += 1
            guard step.hasMore else { return (result, steps) }
            place = step.last
        }
    }

    @Sendable private static func price(_ record: LedgerRecord, _ attempt: AttemptRecord) -> AttemptCharge {
        guard attempt.provider != "p2", let usage = attempt.usage else {
            return AttemptCharge(cost: nil, isPriceUnknown: true)
        }
        var cost = AttemptCost(priceVersion: "v2")
        cost.input = NanoUSD(Int64(usage.promptTokens) * 7)
        // What stands in for a price that is not known is marked as such.
        return AttemptCharge(cost: cost, isPriceUnknown: attempt.provider == "p1")
    }

    /// What records of a period are by ``price(_:_:)``.
    private func priced(_ records: [LedgerRecord], _ period: Range<UnixTime>) -> [LedgerRecord] {
        var records = records
        for index in records.indices {
            guard period.contains(UnixTime(milliseconds: records[index].id.receivedAt / 1_000_000)) else { continue }
            for place in records[index].attempts.indices where records[index].attempts[place].usage != nil {
                let charge = Self.price(records[index], records[index].attempts[place])
                records[index].attempts[place].cost = charge.cost
                records[index].attempts[place].isPriceUnknown = charge.isPriceUnknown
            }
        }
        return records
    }

    @Test("a period is priced anew, sums and all; doing it again changes nothing", arguments: TestDatabase.kinds)
    func repricing(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(1300)
            _ = try await stores.ledger.append(records)
            let period = LedgerSamples.time(hours: 10)..<LedgerSamples.time(hours: 60)
            let expected = self.priced(records, period)
            let trial = try await self.reprice(stores.ledger, period, isTrial: true, with: Self.price)
            #expect(try await stores.usage.totals(self.all, where: UsageFilter(), in: .all) == self.total(records))
            let (result, steps) = try await self.reprice(stores.ledger, period, with: Self.price)
            #expect(trial.result == result && trial.steps == steps && steps > 1)
            #expect(result.changed == zip(records, expected).count { $0 != $1 })
            #expect(result.difference == self.total(expected).cost - self.total(records).cost)
            let looked = expected.filter { period.contains(UnixTime(milliseconds: $0.id.receivedAt / 1_000_000)) }
            #expect(result.records == looked.count && result.unpriced == looked.count { $0.isPriceUnknown })
            #expect(try await stores.usage.totals(self.all, where: UsageFilter(), in: .all) == self.total(expected))
            let page = try await stores.usage.records(
                self.all, where: UsageFilter(), in: .all, page: PageRequest(limit: 2000))
            #expect(page.records == expected.sorted { $0.id < $1.id }.prefix(page.records.count).map { $0 })
            let again = try await self.reprice(stores.ledger, period, with: Self.price).result
            #expect(again.changed == 0 && again.difference == .zero && again.records == result.records)
        }
    }

    @Test("what was broken off goes on where it was, and nothing is counted twice", arguments: TestDatabase.kinds)
    func repricingResumed(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let records = self.records(1300)
            _ = try await stores.ledger.append(records)
            let period = LedgerSamples.time(hours: 0)..<LedgerSamples.time(hours: 72)
            let expected = self.total(self.priced(records, period))
            let first = try await stores.ledger.reprice(period, after: nil, isTrial: false, with: Self.price)
            #expect(first.hasMore && first.result.records == 500)
            let place = try #require(first.last)
            let rest = try await self.reprice(stores.ledger, period, after: place, with: Self.price).result
            #expect(first.result.records + rest.records == records.count)
            #expect(first.result.difference + rest.difference == expected.cost - self.total(records).cost)
            #expect(try await stores.usage.totals(self.all, where: UsageFilter(), in: .all) == expected)
            // A place before the period is its beginning, and one behind it is its end.
            let early = LedgerRecord.ID(receivedAt: 0, number: 0)
            let all = try await self.reprice(stores.ledger, period, after: early, with: Self.price).result
            #expect(all.records == records.count && all.changed == 0)
            let late = LedgerRecord.ID(receivedAt: .max, number: 0)
            let none = try await stores.ledger.reprice(period, after: late, isTrial: false, with: Self.price)
            #expect(none.result == Repricing() && none.last == nil && !none.hasMore)
        }
    }

    @Test("two who price the same period anew at the same time do it once", arguments: TestDatabase.kinds)
    func repricingTogether(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { first in
            try await database.withStores { second in
                let records = self.records(900)
                _ = try await first.ledger.append(records)
                let period = LedgerSamples.time(hours: 0)..<LedgerSamples.time(hours: 72)
                let expected = self.total(self.priced(records, period))
                let results = try await withThrowingTaskGroup(of: Repricing.self) { group in
                    for stores in [first, second] {
                        group.addTask { try await self.reprice(stores.ledger, period, with: Self.price).result }
                    }
                    return try await group.reduce(into: Repricing()) { $0 += $1 }
                }
                #expect(try await first.usage.totals(self.all, where: UsageFilter(), in: .all) == expected)
                #expect(results.difference == expected.cost - self.total(records).cost)
            }
        }
    }

    @Test("two who store the same at the same time store it once", arguments: TestDatabase.kinds)
    func together(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { first in
            try await database.withStores { second in
                let records = self.records(400)
                let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                    for (index, stores) in [first, second, first, second].enumerated() {
                        group.addTask {
                            var count = 0
                            for start in stride(from: 0, to: records.count, by: 40) {
                                let place = (start + index * 80) % records.count
                                count += try await stores.ledger.append(Array(records[place..<place + 40]))
                            }
                            return count
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(counts == records.count)
                #expect(try await first.usage.totals(self.all, where: UsageFilter(), in: .all) == self.total(records))
            }
        }
    }

    @Test(
        "a month of 720 hours and 2,000 combinations is summed up in less than a second", .serialized,
        arguments: TestDatabase.kinds)
    func month(kind: SQLDialect) async throws {
        var settings = StoreSettings()
        settings.callTimeout = .seconds(120)
        settings.statementTimeout = .seconds(120)
        try await TestDatabase.withStores(kind, settings) { stores async throws in
            let start = LedgerSamples.start - LedgerSamples.start % LedgerSums.day
            let month = UnixTime(milliseconds: start)..<UnixTime(milliseconds: start + 720 * LedgerSums.hour)
            // One record for each key and each model gives them their numbers.
            let records = (0..<100).map { index in
                LedgerSamples.record(
                    Int64(index), key: "key-\(index)", model: "m\(index % 20)",
                    at: UnixTime(milliseconds: start - LedgerSums.day))
            }
            _ = try await stores.ledger.append(records)
            let columns = LedgerAmounts.columns
            try await stores.database.write { connection throws(StoreError) in
                let numbers = { (name: String, count: Int) in
                    "\(name)(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM \(name) WHERE n < \(count - 1))"
                }
                _ = try connection.query(
                    """
                    WITH RECURSIVE \(numbers("hours", 720))
                    INSERT INTO ledger_hours (start, subject, target, status, requests, attempts, \(columns.joined(separator: ", ")), duration)
                    SELECT \(start) + h.n * \(LedgerSums.hour), s.id, t.id, 200, 5, 5, \(columns.map { _ in "12" }.joined(separator: ", ")), 5000
                    FROM hours h CROSS JOIN ledger_subjects s CROSS JOIN ledger_targets t
                    """, [])
                _ = try connection.query(
                    """
                    INSERT INTO ledger_days (start, subject, target, status, requests, attempts, \(columns.joined(separator: ", ")), duration)
                    SELECT start - start % \(LedgerSums.day), subject, target, status, SUM(requests), SUM(attempts),
                    \(columns.map { "SUM(\($0))" }.joined(separator: ", ")), SUM(duration)
                    FROM ledger_hours WHERE start >= \(start) GROUP BY 1, 2, 3, 4
                    """, [])
                // As PostgreSQL does it by itself within a minute: not in the middle of the test, or of a table of a hundred rows.
                if kind == .postgresql { try connection.script("ANALYZE") }
            }
            var filter = UsageFilter()
            filter.keyID = "key-7"
            let queries: [(String, UsageQuery)] = [
                ("by key and model", UsageQuery(range: month, by: [.key, .model], order: .cost)),
                ("by model", UsageQuery(range: month, by: [.model], order: .tokens, limit: 10)),
                ("by day and team", UsageQuery(range: month, by: [.team], interval: .day)),
                ("by tag", UsageQuery(range: month, by: [.tag("x")])),
                ("by hour", UsageQuery(range: month, interval: .hour)),
                ("one key by hour", UsageQuery(range: month, interval: .hour, filter: filter)),
            ]
            for (name, query) in queries {
                var best = Duration.seconds(60)
                for _ in 0..<3 {
                    let begin = ContinuousClock.now
                    let rows = try await stores.usage.usage(query, in: .all)
                    best = min(best, ContinuousClock.now - begin)
                    #expect(
                        rows.reduce(0) { $0 + $1.requests }
                            == (query.filter.keyID == nil ? 720 * 2000 * 5 : 720 * 20 * 5) || query.limit == 10)
                }
                print("ledger month on \(kind), \(name): \(best)")
                // By hour, all 1,440,000 sums are read, while other suites want the processors, too.
                #expect(best < .seconds(name == "by hour" ? 2 : 1), "\(name)")
            }
        }
    }
}
