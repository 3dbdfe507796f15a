import FoundationEssentials
import SluiceCore
import Synchronization
import Testing

@testable import SluiceStores

@Suite("The writer of payloads", .timeLimit(.minutes(1)))
struct PayloadWriterTests {
    /// What was reported, to be waited for.
    private final class Notices: Sendable {
        private let stream: AsyncStream<PayloadNotice>
        private let continuation: AsyncStream<PayloadNotice>.Continuation

        init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

        func add(_ notice: PayloadNotice) { self.continuation.yield(notice) }

        func next() async -> PayloadNotice? {
            for await notice in self.stream { return notice }
            return nil
        }
    }

    /// Stops the thread in the middle of its work, as a slow disk does.
    private final class Gate: Sendable {
        private let monitor = Monitor()
        private let isShut = Atomic(true)

        func open() {
            self.isShut.store(false, ordering: .releasing)
            self.monitor.locked { self.monitor.wakeAll() }
        }

        func pass() {
            self.monitor.locked {
                while self.isShut.load(ordering: .acquiring) {
                    self.monitor.wait(until: .now().advanced(by: .milliseconds(10)))
                }
            }
        }
    }

    /// What a writer is made with.
    private struct Setup {
        var settings = PayloadSettings(folder: "")
        var prepare: @Sendable (Payload) -> Payload = { $0 }
        var mustGiveWay: @Sendable () -> Bool = { false }
        var notices = Notices()

        init() {
            self.settings.spareBytes = 0
            self.settings.quiet = .zero
        }
    }

    private func withWriter(
        _ setup: Setup = Setup(),
        _ body: (PayloadWriter, String) async throws -> Void
    ) async throws {
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        var settings = setup.settings
        settings.folder = folder
        let writer = try PayloadWriter(
            settings, prepare: setup.prepare, mustGiveWay: setup.mustGiveWay, now: { PayloadSamples.start },
            report: { [notices = setup.notices] in notices.add($0) })
        try await body(writer, folder)
        await writer.close()
    }

    private func submit(_ payload: Payload, to writer: PayloadWriter) -> Bool {
        guard writer.admits() else { return false }
        guard writer.take(payload.byteCount) else {
            writer.leaveOut(holding: 0)
            return false
        }
        writer.submit(payload, holding: payload.byteCount)
        return true
    }

    @Test("what was handed over is found by who asks after it, as it was prepared")
    func written() async throws {
        var setup = Setup()
        setup.prepare = { payload in
            var payload = payload
            payload.answer.bytes = [1]
            return payload
        }
        try await self.withWriter(setup) { (writer: PayloadWriter, _: String) async throws in
            #expect(self.submit(PayloadSamples.payload("r1"), to: writer))
            var expected = PayloadSamples.payload("r1")
            expected.answer.bytes = [1]
            #expect(try await writer.payloads(requestID: "r1", in: .all) == [expected])
            #expect(try await writer.deletePayloads(requestID: "r1", in: .all) == 1)
            #expect(try await writer.payloads(requestID: "r1", in: .all).isEmpty)
            let statistics = writer.statistics
            #expect(
                statistics.captured == 1 && statistics.bytes == 101 && statistics.cut == 1 && statistics.redactions == 2
            )
            #expect(statistics.heldBytes == 0 && statistics.storedBytes > 0 && statistics.leftOut == 0)
        }
    }

    @Test("the end of the process writes what waits")
    func closing() async throws {
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        var settings = PayloadSettings(folder: folder)
        settings.spareBytes = 0
        let writer = try PayloadWriter(settings, prepare: { $0 }, now: { PayloadSamples.start }, report: { _ in })
        for index in 0..<300 { #expect(self.submit(PayloadSamples.payload("r\(index)"), to: writer)) }
        await writer.close()
        #expect(writer.statistics.captured == 300)
        let file = try PayloadFile(folder: folder)
        #expect(try file.payloads(requestID: "r299", in: .all).count == 1)
        file.close()
        writer.submit(PayloadSamples.payload("late"), holding: 0)
        await #expect(throws: StoreError.self) { try await writer.payloads(requestID: "r1", in: .all) }
    }

    @Test("behind a slow disk memory is bounded: payloads are left out, and the log says so once")
    func slowDisk() async throws {
        let gate = Gate()
        var setup = Setup()
        setup.settings.queueBytes = 1000
        setup.prepare = { payload in
            gate.pass()
            return payload
        }
        let notices = setup.notices
        try await self.withWriter(setup) { (writer: PayloadWriter, _: String) async throws in
            let taken = (0..<20).map { self.submit(PayloadSamples.payload("r\($0)"), to: writer) }
            #expect(taken.filter { $0 }.count == 5)
            #expect(writer.statistics.leftOut == 15 && writer.statistics.heldBytes == 1000)
            #expect(await notices.next() == .leavesOut(.queueFull))
            gate.open()
            #expect(await notices.next() == .keeps)
            #expect(self.submit(PayloadSamples.payload("r20"), to: writer))
            #expect(try await writer.payloads(requestID: "r20", in: .all).count == 1)
            #expect(writer.statistics.captured == 6 && writer.statistics.heldBytes == 0)
        }
    }

    @Test("while the ledger's journal needs the room nothing is captured, and nothing that waits is written")
    func givesWay() async throws {
        let isShort = Flag()
        var setup = Setup()
        setup.mustGiveWay = { isShort.isSet }
        let notices = setup.notices
        try await self.withWriter(setup) { (writer: PayloadWriter, _: String) async throws in
            #expect(self.submit(PayloadSamples.payload("before"), to: writer))
            #expect(try await writer.payloads(requestID: "before", in: .all).count == 1)
            isShort.set()
            #expect(!self.submit(PayloadSamples.payload("during"), to: writer))
            writer.submit(PayloadSamples.payload("waits"), holding: 0)
            #expect(try await writer.payloads(requestID: "waits", in: .all).isEmpty)
            #expect(try await writer.payloads(requestID: "before", in: .all).count == 1)
            #expect(writer.statistics.leftOut == 2)
            #expect(await notices.next() == .leavesOut(.journalFirst))
        }
    }

    @Test("a disk with little room gets no payloads")
    func shortDisk() async throws {
        var setup = Setup()
        setup.settings.spareBytes = .max - 1_000_000
        let notices = setup.notices
        try await self.withWriter(setup) { (writer: PayloadWriter, _: String) async throws in
            #expect(self.submit(PayloadSamples.payload("r1"), to: writer))
            #expect(try await writer.payloads(requestID: "r1", in: .all).isEmpty)
            #expect(writer.statistics.leftOut == 1 && writer.statistics.heldBytes == 0)
            #expect(await notices.next() == .leavesOut(.diskShort))
        }
    }

    @Test("what is older than the retention is deleted")
    func retention() async throws {
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        var settings = PayloadSettings(folder: folder)
        settings.spareBytes = 0
        settings.retention = .seconds(100)
        let first = try PayloadWriter(settings, prepare: { $0 }, now: { PayloadSamples.start }, report: { _ in })
        #expect(self.submit(PayloadSamples.payload("old"), to: first))
        #expect(self.submit(PayloadSamples.payload("young", secondsLater: 60), to: first))
        await first.close()
        let later = PayloadSamples.start + 101 * 1_000_000_000
        let second = try PayloadWriter(settings, prepare: { $0 }, now: { later }, report: { _ in })
        // The thread looks when it begins; the second call comes after that.
        _ = try await second.payloads(requestID: "old", in: .all)
        #expect(try await second.payloads(requestID: "old", in: .all).isEmpty)
        #expect(try await second.payloads(requestID: "young", in: .all).count == 1)
        #expect(second.statistics.retired == 1)
        await second.close()
    }

    @Test("two processes share a folder")
    func shared() async throws {
        try await self.withWriter { (first: PayloadWriter, folder: String) async throws in
            var settings = PayloadSettings(folder: folder)
            settings.spareBytes = 0
            let second = try PayloadWriter(settings, prepare: { $0 }, now: { PayloadSamples.start }, report: { _ in })
            for index in 0..<20 {
                #expect(self.submit(PayloadSamples.payload("a\(index)"), to: first))
                #expect(self.submit(PayloadSamples.payload("b\(index)"), to: second))
            }
            _ = try await second.payloads(requestID: "b19", in: .all)
            #expect(try await first.payloads(requestID: "b19", in: .all).count == 1)
            await second.close()
        }
    }
}
