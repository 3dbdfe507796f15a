import Glibc
import SluiceCore
import SluiceWire

/// Records on their way to the database: their texts, one behind the other in one piece of memory, and an outline of each.
struct LedgerBatch: Sendable {
    /// From how many bytes of texts on a batch is full, however many records it has.
    static let mostBytes = 16 << 20

    private static let backslash: Int32 = 0x5C

    /// The texts.
    private(set) var bytes: [UInt8] = []
    private(set) var outlines: [RecordOutline] = []

    /// How many records there are.
    var count: Int { self.outlines.count }
    var isEmpty: Bool { self.outlines.isEmpty }

    /// Makes a batch of nothing.
    init() {}

    /// Makes a batch of records.
    init(_ records: [LedgerRecord]) {
        var buffer = JournalBuffer()
        for record in records { self.append(record, line: nil, &buffer) }
    }

    /// Makes room for so many more bytes and records.
    mutating func reserve(bytes: Int, records: Int) {
        self.bytes.reserveCapacity(self.bytes.count + bytes)
        self.outlines.reserveCapacity(self.outlines.count + records)
    }

    /// Adds a record as it was just written, with its outline.
    mutating func append(_ text: UnsafeRawBufferPointer, _ outline: RecordOutline) {
        var outline = outline
        outline.start = self.bytes.count
        outline.line = self.bytes.count..<self.bytes.count + text.count
        self.bytes.append(contentsOf: text)
        self.outlines.append(outline)
    }

    /// Adds a record that was read, with the line's text where it came from one. `buffer` is memory to write it in.
    mutating func append(_ record: LedgerRecord, line: [UInt8]?, _ buffer: inout JournalBuffer) {
        buffer.removeAll()
        let outline = JournalText.append(record, to: &buffer)
        self.append(buffer.text, outline)
        guard let line else { return }
        self.outlines[self.outlines.count - 1].line = self.bytes.count..<self.bytes.count + line.count
        self.bytes.append(contentsOf: line)
    }

    /// Adds records of another batch in which the texts stand in the order of their outlines, and nothing else.
    mutating func append(_ other: LedgerBatch, _ range: Range<Int>) {
        guard let first = other.outlines[range].first, let last = other.outlines[range].last else { return }
        let distance = self.bytes.count - first.line.lowerBound
        self.bytes.append(contentsOf: other.bytes[first.line.lowerBound..<last.line.upperBound])
        let start = self.outlines.count
        self.outlines.append(contentsOf: other.outlines[range])
        for index in start..<self.outlines.count {
            let line = self.outlines[index].line
            self.outlines[index].start += distance
            self.outlines[index].line = line.lowerBound + distance..<line.upperBound + distance
        }
    }

    /// Some of the records; nothing is copied but outlines.
    func part(_ range: Range<Int>) -> LedgerBatch {
        var part = self
        part.outlines = Array(self.outlines[range])
        return part
    }

    /// The text of a record's line.
    func line(_ index: Int) -> ArraySlice<UInt8> { self.bytes[self.outlines[index].line] }

    /// A part of a record's text; `nil` where it is not there.
    func text(_ part: RecordOutline.Part, of index: Int) -> ArraySlice<UInt8>? {
        guard part.isThere else { return nil }
        let start = self.outlines[index].start
        return self.bytes[start + Int(part.start)..<start + Int(part.end)]
    }

    /// Puts what escapes stand for in the place of all texts that have some, so that each is what it says.
    ///
    /// Nearly no batch has an escape, and to see that one has none takes a moment.
    mutating func decode() {
        guard Self.hasEscape(self.bytes[...]) else { return }
        for index in self.outlines.indices where Self.hasEscape(self.bytes[self.outlines[index].line]) {
            var outline = self.outlines[index]
            outline.changeTexts { part in
                guard let text = self.text(part, of: index), Self.hasEscape(text) else { return }
                let start = self.bytes.count - self.outlines[index].start
                self.bytes.append(contentsOf: JournalRecordParser.text(text).utf8)
                part = RecordOutline.Part(start, self.bytes.count - self.outlines[index].start)
            }
            self.outlines[index] = outline
        }
    }

    private static func hasEscape(_ text: ArraySlice<UInt8>) -> Bool {
        text.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, Self.backslash, bytes.count) != nil } ?? false
        }
    }
}
