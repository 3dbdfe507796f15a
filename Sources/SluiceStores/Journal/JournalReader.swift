/// Reads the lines of a segment: a machine over bytes, which come in pieces of any size.
///
/// A damaged line is skipped, and reading goes on behind the next line feed. What stands behind the last line feed is the rest of a
/// line that was not written whole, if nothing more comes.
struct JournalReader: Sendable {
    /// What was read.
    enum Item: Sendable, Equatable {
        /// The text of a whole line.
        case text([UInt8])
        /// A line that is damaged.
        case damaged
    }

    /// Behind the last line that was read, counted from where reading began.
    private(set) var offset: Int64 = 0
    private var rest: [UInt8] = []
    /// Whether the line at hand is longer than any and was thrown away already.
    private var isSkipping = false

    /// How many bytes stand behind the last line feed.
    private(set) var pendingBytes = 0

    /// Takes the next bytes, and gives the lines that they end.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [Item] {
        var items: [Item] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: JournalLine.lineFeed) {
            let line = bytes[start..<end]
            if self.isSkipping {
                items.append(.damaged)
            } else if self.rest.isEmpty {
                items.append(Self.item(line))
            } else {
                self.rest.append(contentsOf: line)
                items.append(Self.item(self.rest[...]))
            }
            self.offset += Int64(self.pendingBytes + line.count + 1)
            self.pendingBytes = 0
            self.rest.removeAll(keepingCapacity: true)
            self.isSkipping = false
            start = end + 1
        }
        let tail = bytes[start...]
        self.pendingBytes += tail.count
        if self.pendingBytes > JournalLine.headLength + JournalLine.longestText {
            self.rest.removeAll()
            self.isSkipping = true
        } else if !self.isSkipping {
            self.rest.append(contentsOf: tail)
        }
        return items
    }

    private static func item(_ line: ArraySlice<UInt8>) -> Item {
        JournalLine.text(of: line).map { .text(Array($0)) } ?? .damaged
    }
}
