import SluiceCore
import SluiceWire
import Synchronization

/// A ledger of given records, which remembers what it was asked.
final class MemoryLedger: UsageStore, LedgerStore {
    struct Asked {
        var queries: [UsageQuery] = []
        var scopes: [TenantScope] = []
        var filters: [UsageFilter] = []
        var cursors: [String?] = []
        var trials: [Bool] = []
    }

    let records: [LedgerRecord]
    let failingStep: Int?
    private let asked = Mutex(Asked())

    init(_ records: [LedgerRecord] = [], failingStep: Int? = nil) {
        self.records = records
        self.failingStep = failingStep
    }

    var seen: Asked { self.asked.withLock { $0 } }

    func usage(_ query: UsageQuery, in scope: TenantScope) async throws(StoreError) -> [UsageRow] {
        self.asked.withLock {
            $0.queries.append(query)
            $0.scopes.append(scope)
        }
        var row = UsageRow()
        row.start = query.interval == nil ? nil : UnixTime(milliseconds: 1_796_040_000_000)
        row.values = query.dimensions.map { $0 == .user ? nil : "=\($0.text)" }
        row.requests = 4
        row.failures = 1
        row.attempts = 5
        row.tokens = TokenUsage(uncachedInput: 30, cacheRead: 10, output: 8, reasoning: 2)
        row.cost = NanoUSD(1_000_000_001)
        row.cacheSaving = NanoUSD(-5)
        row.durationNanoseconds = 4_000_000
        return [row]
    }

    func records(
        _ range: Range<UnixTime>, where filter: UsageFilter, in scope: TenantScope, page: PageRequest
    ) async throws(StoreError) -> Page<LedgerRecord> {
        self.asked.withLock {
            $0.scopes.append(scope)
            $0.filters.append(filter)
            $0.cursors.append(page.cursor)
        }
        let start = page.cursor.flatMap { LedgerRecord.ID($0) }
        let found = self.records.filter { record in start.map { $0 < record.id } ?? true }
        let part = Array(found.prefix(page.limit))
        return Page(records: part, next: found.count > part.count ? part.last?.id.description : nil)
    }

    func exchanges(requestID: String, in scope: TenantScope) async throws(StoreError) -> [LedgerRecord] {
        self.asked.withLock { $0.scopes.append(scope) }
        return self.records.filter { $0.requestID == requestID && scope.holds($0.subject.tenant.map { TenantID($0) }) }
    }

    func append(_ records: [LedgerRecord]) async throws(StoreError) -> Int { 0 }
    func deleteRecords(before time: UnixTime, limit: Int) async throws(StoreError) -> Int { 0 }
    func deleteSums(before time: UnixTime) async throws(StoreError) -> Int { 0 }

    /// A record a step. From ``failingStep`` on, counted from 1, the database is away.
    func reprice(
        _ period: Range<UnixTime>, after place: LedgerRecord.ID?, isTrial: Bool,
        with price: @escaping @Sendable (LedgerRecord, AttemptRecord) -> AttemptCharge
    ) async throws(StoreError) -> RepricingStep {
        let step = self.asked.withLock { asked in
            asked.trials.append(isTrial)
            return asked.trials.count
        }
        if let failingStep, step >= failingStep { throw StoreError(.unavailable, "away") }
        let left = self.records.filter { record in place.map { $0 < record.id } ?? true }
        var result = Repricing()
        guard let record = left.first else { return RepricingStep(result: result, last: nil, hasMore: false) }
        result.records = 1
        let charges = record.attempts.map { ($0, $0.usage == nil ? nil : price(record, $0)) }
        result.changed = charges.contains { $0.cost != $1?.cost } ? 1 : 0
        result.unpriced = charges.contains { $1?.isPriceUnknown ?? false } ? 1 : 0
        for (attempt, charge) in charges {
            result.difference += (charge?.cost?.total ?? .zero) - (attempt.cost?.total ?? .zero)
        }
        return RepricingStep(result: result, last: record.id, hasMore: left.count > 1)
    }
}

extension LedgerRecord {
    /// A record of a hedged exchange of a tenant.
    static func sample(_ number: Int64, requestID: String = "req", tenant: String? = "acme") -> LedgerRecord {
        var record = LedgerRecord(id: ID(receivedAt: 1_796_040_000_000_000_000 + number, number: number))
        record.requestID = requestID
        record.durationNanoseconds = 12_345_678
        record.route = "/v1/chat/completions"
        record.subject.keyID = "k\(number)"
        record.subject.keyName = "a, \"b\""
        record.subject.tenant = tenant
        record.subject.tags = ["stage": "test"]
        record.model = "=SUM(A1)"
        record.status = 200
        var lost = AttemptRecord()
        lost.provider = "up"
        lost.outcome = .overtaken
        lost.usage = TokenUsage(uncachedInput: 7)
        lost.usageSource = .counted
        lost.isPriceUnknown = true
        var won = AttemptRecord()
        won.provider = "up"
        won.targetModel = "gpt-4o"
        won.reason = .hedge
        won.outcome = .answered
        won.upstreamStatus = 200
        won.usage = TokenUsage(uncachedInput: 1000, output: 10)
        won.usageSource = .vendor
        won.cost = AttemptCost(priceVersion: "v1")
        won.cost?.input = NanoUSD(2_500_000)
        record.attempts = [lost, won]
        return record
    }
}
