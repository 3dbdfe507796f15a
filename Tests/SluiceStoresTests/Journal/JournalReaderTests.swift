import SluiceCore
import SluiceWire
import Testing

@testable import SluiceStores

@Suite("Reading a segment")
struct JournalReaderTests {
    private let texts = [
        LedgerSamples.text(LedgerSamples.exchange("one")), Array("{}".utf8),
        LedgerSamples.text(LedgerSamples.exchange("three"), isShortened: true),
    ]
    private var bytes: [UInt8] { self.texts.flatMap { LedgerSamples.line($0) } }

    private func read(_ pieces: ArraySlice<UInt8>...) -> ([JournalReader.Item], JournalReader) {
        var reader = JournalReader()
        let items = pieces.flatMap { reader.read($0) }
        return (items, reader)
    }

    @Test("what was written is read, wherever the bytes are cut in two")
    func everySplit() {
        let bytes = self.bytes
        let expected = self.texts.map { JournalReader.Item.text($0) }
        for cut in 0...bytes.count {
            let (items, reader) = self.read(bytes[..<cut], bytes[cut...])
            #expect(items == expected)
            #expect(reader.offset == Int64(bytes.count))
            #expect(reader.pendingBytes == 0)
        }
    }

    @Test("a file that ends anywhere has its whole lines, and the rest is none")
    func everyEnd() {
        let bytes = self.bytes
        var ends: [Int] = []
        for text in self.texts { ends.append((ends.last ?? 0) + text.count + JournalLine.headLength + 1) }
        for end in 0...bytes.count {
            let (items, reader) = self.read(bytes[..<end])
            let whole = ends.filter { $0 <= end }
            #expect(items == self.texts.prefix(whole.count).map { .text($0) })
            #expect(reader.offset == Int64(whole.last ?? 0))
            #expect(reader.pendingBytes == end - (whole.last ?? 0))
        }
    }

    @Test("any flipped bit is found, and takes with it no more than the lines that it touches")
    func everyBit() {
        let bytes = self.bytes
        let first = self.texts[0].count + JournalLine.headLength + 1
        for index in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << UInt8(bit)
                let (items, reader) = self.read(flipped[...])
                let whole = items.filter { $0 != .damaged }
                #expect(whole.count <= 2, "bit \(bit) of byte \(index)")
                #expect(items.contains(.damaged) || reader.pendingBytes > 0, "bit \(bit) of byte \(index)")
                for item in whole { #expect(self.texts.contains { item == .text($0) }) }
                if index >= first { #expect(items.first == .text(self.texts[0])) }
                if index < first - 1 { #expect(items.last == .text(self.texts[2])) }
            }
        }
    }

    @Test("what is no journal at all is read without end or failure")
    func garbage() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0..<400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let (items, _) = self.read(bytes[...])
            #expect(items.allSatisfy { $0 == .damaged })
        }
    }

    @Test("a line that is longer than any does not fill the memory")
    func endless() {
        var reader = JournalReader()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<8 { #expect(reader.read(piece[...]).isEmpty) }
        let rest = [JournalLine.lineFeed] + LedgerSamples.line(self.texts[0])
        #expect(reader.read(rest[...]) == [.damaged, .text(self.texts[0])])
    }
}

/// A generator whose numbers are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
