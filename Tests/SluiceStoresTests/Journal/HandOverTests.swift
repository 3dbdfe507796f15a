import FoundationEssentials
import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Records handed on in memory", .timeLimit(.minutes(1)))
struct HandOverTests {
    /// A loop's journal with two segments, without the thread that makes more.
    private struct Loop {
        let journal: LoopJournal
        let folder: String

        init(_ change: (inout JournalSettings) -> Void = { _ in }) throws {
            self.folder = try JournalFolder(LedgerSamples.folder()).path
            var settings = JournalSettings(folder: self.folder)
            change(&settings)
            self.journal = LoopJournal(number: 1, settings: settings)
            for name in ["a", "b"] {
                self.journal.give(try JournalSegment(path: "\(self.folder)/\(name)", bytes: settings.segmentBytes))
            }
        }

        func append(_ range: Range<Int>) {
            for index in range { _ = self.journal.append(LedgerSamples.exchange("r\(index)"), isShortened: false) }
        }

        /// Checks that pieces are all that is written and not shipped, once and in order, and that memory says what the file says.
        func expectPieces(
            inMemory: [Bool]? = nil,
            from start: Int64 = 0,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let pieces = self.journal.pieces()
            if let inMemory {
                #expect(pieces.map { $0.chunk != nil } == inMemory, sourceLocation: sourceLocation)
            }
            var places: [String: Int64] = [:]
            for piece in pieces {
                let place = places[piece.path] ?? (places.isEmpty ? start : 0)
                #expect(piece.start == place && piece.end > piece.start, sourceLocation: sourceLocation)
                places[piece.path] = piece.end
                guard let chunk = piece.chunk else { continue }
                let bytes = try Array(Data(contentsOf: URL(filePath: piece.path)))
                let lines = (0..<chunk.batch.count).flatMap { LedgerSamples.line(Array(chunk.batch.line($0))) }
                #expect(lines == Array(bytes[Int(chunk.start)..<Int(chunk.end)]), sourceLocation: sourceLocation)
                #expect(
                    chunk.index(from: piece.start) == 0 || piece.start > chunk.start, sourceLocation: sourceLocation)
            }
            for (path, end) in places {
                #expect(try Data(contentsOf: URL(filePath: path)).count == Int(end), sourceLocation: sourceLocation)
            }
        }
    }

    @Test("what is handed on is what stands in the segment, byte for byte")
    func same() throws {
        let loop = try Loop()
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<5)
        try loop.expectPieces(inMemory: [true])
        loop.append(5..<7)
        try loop.expectPieces(inMemory: [true, true])
        #expect(loop.journal.handedOver == 7)
        for piece in loop.journal.pieces() { loop.journal.shipped(piece.path, to: piece.end) }
        #expect(loop.journal.handedOver == 0 && loop.journal.pieces().isEmpty)
    }

    @Test("what is added is written when it is committed, all of it together, and handed on in order")
    func group() throws {
        let loop = try Loop()
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<1)
        let start = try #require(loop.journal.pieces().first).end
        for index in 1..<6 {
            #expect(!loop.journal.add(LedgerSamples.exchange("r\(index)"), isShortened: false))
            #expect(loop.journal.pieces().last?.end == start && loop.journal.handedOver == 1)
        }
        #expect(!loop.journal.commit())
        #expect(loop.journal.handedOver == 6 && loop.journal.counts.records == 6)
        try loop.expectPieces(inMemory: [true, true])
        #expect(!loop.journal.commit())
        #expect(loop.journal.counts.records == 6)
    }

    @Test("what is added beyond a bound is written at once, whatever the turn still adds")
    func groupBound() throws {
        let loop = try Loop()
        defer { LedgerSamples.remove(loop.folder) }
        var count: UInt64 = 0
        while loop.journal.counts.records == 0, count < 10_000 {
            _ = loop.journal.add(LedgerSamples.exchange("r\(count)"), isShortened: false)
            count += 1
        }
        #expect(loop.journal.counts.records == count && loop.journal.counts.bytes >= 128 * 1024)
        #expect(loop.journal.counts.bytes < 256 * 1024)
        try loop.expectPieces()
    }

    @Test("what overflows is read from the segment, for exactly its bytes")
    func overflow() throws {
        let loop = try Loop { $0.handOverRecords = 4 }
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<10)
        try loop.expectPieces(inMemory: [true, false])
        #expect(loop.journal.handedOver == 4)
        let pieces = loop.journal.pieces()
        loop.journal.shipped(pieces[0].path, to: pieces[0].end)
        loop.append(10..<12)
        try loop.expectPieces(inMemory: [false, true], from: pieces[0].end)
        #expect(loop.journal.pieces()[0].end == pieces[1].end)
    }

    @Test("bytes are bounded, too")
    func bytes() throws {
        let loop = try Loop { $0.handOverBytes = 5000 }
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<20)
        #expect((1...5).contains(loop.journal.handedOver))
        try loop.expectPieces(inMemory: [true, false])
        let none = try Loop { $0.handOverBytes = 0 }
        defer { LedgerSamples.remove(none.folder) }
        none.append(0..<3)
        try none.expectPieces(inMemory: [false])
    }

    @Test("a place within a chunk goes on with the record behind it")
    func within() throws {
        let loop = try Loop()
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<6)
        let piece = try #require(loop.journal.pieces().first)
        let chunk = try #require(piece.chunk)
        #expect(chunk.end(of: 5) == piece.end && chunk.index(from: 0) == 0)
        for index in 0..<6 { #expect(chunk.index(from: chunk.end(of: index)) == index + 1) }
        loop.journal.shipped(piece.path, to: chunk.end(of: 2))
        try loop.expectPieces(inMemory: [true], from: chunk.end(of: 2))
        #expect(loop.journal.pieces().first?.chunk?.index(from: chunk.end(of: 2)) == 3)
    }

    @Test("a chunk ends with its segment")
    func segments() throws {
        let loop = try Loop { $0.segmentBytes = 4096 }
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<6)
        try loop.expectPieces(inMemory: [true, true])
        #expect(Set(loop.journal.pieces().map(\.path)).count == 2)
    }

    @Test("nothing is kept while the database is away")
    func away() throws {
        let loop = try Loop()
        defer { LedgerSamples.remove(loop.folder) }
        loop.append(0..<3)
        loop.journal.handOver(false)
        loop.append(3..<5)
        #expect(loop.journal.handedOver == 0)
        try loop.expectPieces(inMemory: [false])
        loop.journal.handOver(true)
        loop.append(5..<6)
        try loop.expectPieces(inMemory: [false, true])
    }

    @Test(
        "whatever comes between appending, shipping, failing and overflowing, each record is stored once and in order",
        arguments: 0..<40)
    func interleavings(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        var settings = JournalSettings(folder: folder)
        settings.segmentBytes = [4096, 16 * 1024, 1 << 20].randomElement(using: &generator) ?? 4096
        settings.handOverRecords = Int.random(in: 0...20, using: &generator)
        settings.handOverBytes = Int.random(in: 0...30_000, using: &generator)
        let loops = Int.random(in: 1...2, using: &generator)
        var shipping = LedgerShipper.Settings()
        shipping.batchRecords = Int.random(in: 1...30, using: &generator)
        let journal = try LedgerJournal(settings, loops: loops, report: { _ in })
        let store = MemoryLedger()
        let shipper = LedgerShipper(journal: journal, store: store, settings: shipping, report: { _ in })
        var count = 0
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5:
                for _ in 0..<Int.random(in: 1...12, using: &generator) {
                    journal.append(LedgerSamples.exchange("\(count)"), loop: count % loops)
                    count += 1
                }
            case 5..<8:
                // One step.
                _ = await shipper.finish(within: .zero)
            case 8:
                store.fail(StoreError(.unavailable, "away"))
                _ = await shipper.finish(within: .zero)
            default:
                store.fail(StoreError(.outcomeUnknown, "who knows"))
                _ = await shipper.finish(within: .zero)
            }
        }
        #expect(await shipper.finish(within: .seconds(20)))
        let numbers = store.records.compactMap { Int($0.requestID) }
        #expect(numbers.sorted() == Array(0..<count))
        for loop in 0..<loops {
            let own = numbers.filter { $0 % loops == loop }
            #expect(own == own.sorted())
        }
        #expect(store.batches.allSatisfy { $0 <= shipping.batchRecords })
        #expect(journal.handedOver == 0 && journal.statistics.lost == 0)
        await journal.close()
    }
}
