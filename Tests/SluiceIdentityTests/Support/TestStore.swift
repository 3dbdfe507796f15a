import SluiceCore
import Synchronization

/// Keeps records in memory, counts reads, and can be away.
final class TestStore<Record: StoredRecord>: RecordStore {
    private struct State {
        var records: [RecordID<Record>: Record] = [:]
        var failure: StoreError?
        var reads = 0
    }

    private let state = Mutex(State())
    private let beforeAnswer = Mutex<(@Sendable () async -> Void)?>(nil)

    /// How often a record was read.
    var reads: Int { self.state.withLock { $0.reads } }

    /// What all calls throw from now on; `nil` for none.
    func fail(_ failure: StoreError?) {
        self.state.withLock { $0.failure = failure }
    }

    /// Runs `body` in the next read, after the record was taken and before it is given.
    func beforeNextAnswer(_ body: @escaping @Sendable () async -> Void) {
        self.beforeAnswer.withLock { $0 = body }
    }

    /// Puts a record in its place.
    func put(_ record: Record) {
        self.state.withLock { $0.records[record.id] = record }
    }

    func insert(_ record: Record, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) -> Record {
        self.put(record)
        return record
    }

    func update(_ record: Record, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) -> Record {
        self.put(record)
        return record
    }

    func remove(_ id: RecordID<Record>, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) {
        self.state.withLock { $0.records[id] = nil }
    }

    func record(_ id: RecordID<Record>, in scope: TenantScope) async throws(StoreError) -> Record? {
        let result = self.state.withLock { state -> Result<Record?, StoreError> in
            state.reads += 1
            return state.failure.map { .failure($0) } ?? .success(state.records[id])
        }
        let body = self.beforeAnswer.withLock { body in
            defer { body = nil }
            return body
        }
        await body?()
        return try result.get()
    }

    func records(in scope: TenantScope, where filter: Record.Filter, page: PageRequest) async throws(StoreError)
        -> Page<Record>
    {
        Page(records: self.state.withLock { Array($0.records.values) })
    }
}

extension TestStore: UserStore where Record == UserRecord {
    func user(email: String, in scope: TenantScope) async throws(StoreError) -> UserRecord? {
        self.state.withLock { $0.records.values.first { $0.email == email } }
    }
}
