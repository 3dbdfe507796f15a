import SluiceCore
import Synchronization

@testable import SluiceStores

/// A ledger in memory that fails as it is told, and leaves out what it has.
final class MemoryLedger: LedgerBatchStore {
    private struct State {
        var records: [LedgerRecord] = []
        var ids: Set<LedgerRecord.ID> = []
        var failures: [StoreError] = []
        var batches: [Int] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>
    private let refused: String?

    init(failing failures: [StoreError] = [], refusing refused: String? = nil) {
        self.state = Mutex(State(failures: failures))
        self.refused = refused
    }

    var records: [LedgerRecord] { self.state.withLock { $0.records } }
    /// How many records each batch had that was stored.
    var batches: [Int] { self.state.withLock { $0.batches } }

    /// Fails once more. A failure whose outcome is not known comes after the records were stored.
    func fail(_ error: StoreError) {
        self.state.withLock { $0.failures.append(error) }
    }

    func waitForRecords(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.records.count < count { state.waiting.append((count, continuation)) }
                return state.records.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    func append(_ batch: LedgerBatch) async throws(StoreError) -> Int {
        let records = (0..<batch.count).compactMap { JournalRecordParser.record(Array(batch.line($0))) }
        guard records.count == batch.count, records.map(\.id) == batch.outlines.map(\.id) else {
            throw StoreError(.internal, "a batch has a line that is not that of its record")
        }
        if records.contains(where: { $0.requestID == self.refused }) { throw StoreError(.invalid, "refused") }
        let (new, failure, woken) = self.state.withLock {
            state -> (Int, StoreError?, [CheckedContinuation<Void, Never>]) in
            let failure = state.failures.isEmpty ? nil : state.failures.removeFirst()
            if let failure, failure.kind != .outcomeUnknown { return (0, failure, []) }
            let new = records.filter { state.ids.insert($0.id).inserted }
            state.records += new
            state.batches.append(records.count)
            let woken = state.waiting.filter { $0.count <= state.records.count }.map(\.continuation)
            state.waiting.removeAll { $0.count <= state.records.count }
            return (new.count, failure, woken)
        }
        for continuation in woken { continuation.resume() }
        if let failure { throw failure }
        return new
    }

    func deleteRecords(before time: UnixTime, limit: Int) async throws(StoreError) -> Int { 0 }
    func deleteSums(before time: UnixTime) async throws(StoreError) -> Int { 0 }
    func deleteUnusedNames(sumsBefore time: UnixTime) async throws(StoreError) -> Int { 0 }
}
