import FoundationEssentials
import SluiceCore
import Synchronization
import Testing

@testable import SluiceStores

@Suite("The journal", .timeLimit(.minutes(1)))
struct LedgerJournalTests {
    /// What a journal reported, to be waited for.
    private final class Notices: Sendable {
        private let stream: AsyncStream<JournalNotice>
        private let continuation: AsyncStream<JournalNotice>.Continuation

        init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

        func add(_ notice: JournalNotice) { self.continuation.yield(notice) }

        func first(where isWanted: (JournalNotice) -> Bool) async -> JournalNotice? {
            for await notice in self.stream where isWanted(notice) { return notice }
            return nil
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        try await body(folder)
    }

    private func files(_ folder: String, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(suffix) }.sorted()
    }

    private func journal(
        _ folder: String,
        loops: Int = 1,
        _ change: (inout JournalSettings) -> Void = { _ in },
        report: @escaping @Sendable (JournalNotice) -> Void = { _ in }
    ) throws -> LedgerJournal {
        var settings = JournalSettings(folder: folder)
        change(&settings)
        return try LedgerJournal(settings, loops: loops, report: report)
    }

    @Test("a record is in the file when append returns, whole and with a number of its own")
    func written() async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder, loops: 2)
            for index in 0..<5 { journal.append(LedgerSamples.exchange("r\(index)"), loop: index) }
            var records: [LedgerRecord] = []
            for (_, piece) in journal.pieces() {
                var reader = JournalReader()
                let bytes = try Array(Data(contentsOf: URL(filePath: piece.path)))
                #expect(bytes.count == Int(piece.end))
                for case .text(let text) in reader.read(bytes[...]) {
                    records.append(try #require(JournalRecordParser.record(text)))
                }
            }
            #expect(records.map(\.requestID).sorted() == (0..<5).map { "r\($0)" })
            #expect(Set(records.map(\.id)).count == 5)
            #expect(journal.statistics.records == 5)
            await journal.close()
        }
    }

    @Test("segments are made in advance, shipped, and removed; an orderly end leaves nothing")
    func rotation() async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder) { $0.segmentBytes = 8192 }
            let store = MemoryLedger()
            let shipper = LedgerShipper(journal: journal, store: store, settings: .init(), report: { _ in })
            for index in 0..<500 {
                journal.append(LedgerSamples.exchange("r\(index)"), loop: 0)
                if index % 100 == 99 { #expect(await shipper.finish(within: .seconds(10))) }
            }
            #expect(await shipper.finish(within: .seconds(10)))
            #expect(store.records.count == 500)
            #expect(Set(store.records.map(\.requestID)).count == 500)
            #expect(try self.files(folder, ".journal").count <= 2)
            await journal.close()
            #expect(try self.files(folder, "").isEmpty)
        }
    }

    @Test("what a process leaves is stored by the next one, once, and its last line only when it is whole")
    func leftovers() async throws {
        try await self.withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            // As a process that was killed leaves it.
            let lines = (0..<3).map {
                LedgerSamples.line(LedgerSamples.text(LedgerSamples.exchange("old\($0)"), number: Int64($0)))
            }
            let torn = lines[0] + lines[1] + lines[2].dropLast(7)
            try Data(torn).write(to: URL(filePath: "\(folder)/0123456789abcdef-0-0000000001.journal"))
            try Data(lines[2]).write(to: URL(filePath: "\(folder)/0123456789abcdef-0-0000000002.journal"))
            try Data().write(to: URL(filePath: "\(folder)/0123456789abcdef.lock"))
            let found = Mutex<[JournalNotice]>([])
            let journal = try self.journal(folder)
            let store = MemoryLedger()
            let shipper = LedgerShipper(journal: journal, store: store, settings: .init()) { notice in
                found.withLock { $0.append(notice) }
            }
            let running = Task { await shipper.run() }
            await store.waitForRecords(3)
            while try !self.files(folder, "abcdef.lock").isEmpty { await Task.yield() }
            running.cancel()
            await running.value
            #expect(store.records.map(\.requestID) == ["old0", "old1", "old2"])
            let notices = found.withLock { $0 }
            #expect(notices.contains { if case .leftovers(segments: 2, _) = $0 { true } else { false } })
            #expect(notices.contains { if case .damaged(_, lines: 1, isTorn: true) = $0 { true } else { false } })
            #expect(shipper.statistics.damaged == 1)
            await journal.close()
            #expect(try self.files(folder, "").isEmpty)
        }
    }

    @Test("the segments of a process that lives are left to it")
    func neighbours() async throws {
        try await self.withFolder { folder in
            let first = try self.journal(folder)
            let second = try self.journal(folder)
            first.append(LedgerSamples.exchange("first"), loop: 0)
            #expect(try second.claimLeftovers().isEmpty)
            await first.close()
            let found = try second.claimLeftovers()
            #expect(found.count == 1 && found[0].segments.count == 1)
            // And nobody else takes them as long as the claim is held.
            let third = try self.journal(folder)
            #expect(try third.claimLeftovers().isEmpty)
            withExtendedLifetime(found) {}
            await second.close()
            await third.close()
        }
    }

    @Test("without a segment records wait in memory up to the bound, and are written when there is one")
    func backlog() throws {
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        let place = try JournalFolder(folder)
        var settings = JournalSettings(folder: folder)
        settings.backlogBytes = 3000
        let loop = LoopJournal(number: 1, settings: settings)
        for index in 0..<10 { #expect(loop.append(LedgerSamples.exchange("r\(index)"), isShortened: false)) }
        let kept =
            3000 / (LedgerSamples.text(LedgerSamples.exchange("r0"), number: 1).count + JournalLine.headLength + 1)
        #expect(loop.counts.lost == UInt64(10 - kept) && loop.counts.records == 0)
        #expect(loop.wantsSegment)
        loop.give(try JournalSegment(path: "\(place.path)/x", bytes: 1 << 16))
        #expect(loop.writeBacklog() == 0)
        #expect(loop.counts.records == UInt64(kept) && loop.backlogCount == 0)
        #expect(!loop.append(LedgerSamples.exchange("later"), isShortened: false))
        let piece = try #require(loop.pieces().first)
        var reader = JournalReader()
        let bytes = try Array(Data(contentsOf: URL(filePath: piece.path)))
        let items = reader.read(bytes[...])
        #expect(items.count == kept + 1 && !items.contains(.damaged))
    }

    @Test(
        "where no segment can be made, requests are refused if it is so configured, until one can",
        arguments: [true, false])
    func full(refuses: Bool) async throws {
        try await self.withFolder { folder in
            let notices = Notices()
            let journal = try self.journal(folder) {
                $0.segmentBytes = 4096
                $0.whenFull = refuses ? .refuse : .serve
            } report: {
                notices.add($0)
            }
            #expect(journal.refusal == nil)
            LedgerSamples.remove(folder)
            for index in 0..<4 { journal.append(LedgerSamples.exchange("r\(index)"), loop: 0) }
            _ = await notices.first { if case .full = $0 { true } else { false } }
            #expect((journal.refusal != nil) == refuses)
            #expect(journal.statistics.isFull)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            #expect(await notices.first { $0 == .hasRoom } == .hasRoom)
            #expect(journal.refusal == nil)
            await journal.close()
        }
    }

    @Test("what can be done without is told to give way before records are shortened")
    func givesWay() async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder) {
                $0.limitBytes = 100_000
                $0.segmentBytes = 4096
            }
            #expect(!journal.isShortOfRoom)
            var count = 0
            while journal.statistics.unshippedBytes < 80_000 {
                journal.append(LedgerSamples.exchange("r\(count)"), loop: 0)
                count += 1
            }
            // The thread looks ten times a second.
            while !journal.isShortOfRoom { await Task.yield() }
            #expect(journal.statistics.shortened == 0)
            await journal.close()
        }
    }

    @Test("beyond its limit the journal shortens records, and goes on")
    func limit() async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder) {
                $0.limitBytes = 2000
                // The thread looks at the length when a segment fills up.
                $0.segmentBytes = 4096
            }
            var count = 0
            while journal.statistics.shortened == 0 {
                journal.append(LedgerSamples.exchange("r\(count)"), loop: 0)
                count += 1
                await Task.yield()
            }
            let store = MemoryLedger()
            let shipper = LedgerShipper(journal: journal, store: store, settings: .init(), report: { _ in })
            #expect(await shipper.finish(within: .seconds(10)))
            #expect(store.records.count == count)
            #expect(store.records.first?.isShortened == false && store.records.last?.isShortened == true)
            #expect(store.records.allSatisfy { $0.usage == store.records.first?.usage })
            await journal.close()
        }
    }

    @Test("each way of syncing writes the same", arguments: JournalSettings.Sync.allCases)
    func sync(policy: JournalSettings.Sync) async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder) { $0.sync = policy }
            for index in 0..<100 { journal.append(LedgerSamples.exchange("r\(index)"), loop: 0) }
            let store = MemoryLedger()
            let shipper = LedgerShipper(journal: journal, store: store, settings: .init(), report: { _ in })
            #expect(await shipper.finish(within: .seconds(10)))
            #expect(store.records.count == 100)
            await journal.close()
        }
    }

    @Test("a database that is away is tried again, and nothing is stored twice")
    func outage() async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder)
            for index in 0..<40 { journal.append(LedgerSamples.exchange("r\(index)"), loop: 0) }
            let store = MemoryLedger(failing: [
                StoreError(.unavailable, "away"), StoreError(.outcomeUnknown, "who knows"), StoreError(.full, "full"),
            ])
            let notices = Mutex<[JournalNotice]>([])
            var settings = LedgerShipper.Settings()
            settings.batchRecords = 16
            let shipper = LedgerShipper(journal: journal, store: store, settings: settings) { notice in
                notices.withLock { $0.append(notice) }
            }
            #expect(await shipper.finish(within: .seconds(20)))
            #expect(store.records.map(\.requestID) == (0..<40).map { "r\($0)" })
            #expect(shipper.statistics.failures == 3 && !shipper.statistics.isDelayed)
            #expect(notices.withLock { $0 }.count == 2)
            #expect(notices.withLock { $0 }.last == .resumed)
            await journal.close()
        }
    }

    @Test("a record that the database refuses is kept in a file, and does not stop the others")
    func rejected() async throws {
        try await self.withFolder { folder in
            let journal = try self.journal(folder)
            for index in 0..<20 { journal.append(LedgerSamples.exchange("r\(index)"), loop: 0) }
            let store = MemoryLedger(refusing: "r13")
            let shipper = LedgerShipper(journal: journal, store: store, settings: .init(), report: { _ in })
            #expect(await shipper.finish(within: .seconds(10)))
            #expect(store.records.count == 19 && shipper.statistics.rejected == 1)
            let kept = try Array(Data(contentsOf: URL(filePath: journal.rejectedPath)))
            #expect(JournalRecordParser.record(kept.dropLast())?.requestID == "r13")
            await journal.close()
        }
    }
}

/// A ledger in memory that fails as it is told.
final class MemoryLedger: LedgerStore {
    private struct State {
        var records: [LedgerRecord] = []
        var failures: [StoreError] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>
    private let refused: String?

    init(failing failures: [StoreError] = [], refusing refused: String? = nil) {
        self.state = Mutex(State(failures: failures))
        self.refused = refused
    }

    var records: [LedgerRecord] { self.state.withLock { $0.records } }

    func waitForRecords(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.records.count < count { state.waiting.append((count, continuation)) }
                return state.records.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    func append(_ records: [LedgerRecord]) async throws(StoreError) -> Int {
        if records.contains(where: { $0.requestID == self.refused }) { throw StoreError(.invalid, "refused") }
        let (failure, woken) = self.state.withLock { state -> (StoreError?, [CheckedContinuation<Void, Never>]) in
            guard state.failures.isEmpty else { return (state.failures.removeFirst(), []) }
            state.records += records
            let woken = state.waiting.filter { $0.count <= state.records.count }.map(\.continuation)
            state.waiting.removeAll { $0.count <= state.records.count }
            return (nil, woken)
        }
        for continuation in woken { continuation.resume() }
        if let failure { throw failure }
        return records.count
    }

    func deleteRecords(before time: UnixTime, limit: Int) async throws(StoreError) -> Int { 0 }
    func deleteSums(before time: UnixTime) async throws(StoreError) -> Int { 0 }

    func reprice(
        from: UnixTime,
        to: UnixTime,
        with price: @escaping @Sendable (LedgerRecord, AttemptRecord) -> AttemptCost?
    ) async throws(StoreError) -> Repricing { Repricing() }
}
