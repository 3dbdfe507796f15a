/// The field lines of a head or of trailers, one after the other, up to the empty line that ends them.
///
/// No line may be folded, end with a bare LF or hold a control character; no space may stand before the colon.
/// Source: RFC 9110, sections 5.1, 5.5 and 5.6.2; RFC 9112, sections 2.2 and 5.
struct HTTP1FieldLines {
    enum Line {
        case field(name: Range<Int>, value: Range<Int>)
        /// The empty line; ``position`` is behind it.
        case end
        case malformed
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    /// - Parameter position: where the first line begins.
    init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next line. What ends before its line end is malformed: all lines must be there.
    mutating func next() -> Line {
        let count = self.bytes.count
        let nameStart = self.position
        var position = nameStart
        while position < count, Self.isToken(self.bytes[position]) { position += 1 }
        if position == nameStart {
            guard self.endsLine(at: position) else { return .malformed }
            self.position = position + 2
            return .end
        }
        let nameEnd = position
        guard position < count, self.bytes[position] == UInt8(ascii: ":") else { return .malformed }
        position += 1
        while position < count, Self.isBlank(self.bytes[position]) { position += 1 }
        let valueStart = position
        while position < count, Self.mayStandInValue(self.bytes[position]) { position += 1 }
        guard self.endsLine(at: position) else { return .malformed }
        self.position = position + 2
        // A tab stays: behind a length it is looked at askance elsewhere, and refused there for being no digit.
        while position > valueStart, self.bytes[position - 1] == UInt8(ascii: " ") { position -= 1 }
        return .field(name: nameStart..<nameEnd, value: valueStart..<position)
    }

    /// Whether CR and LF stand at a place.
    private func endsLine(at position: Int) -> Bool {
        position + 1 < self.bytes.count && self.bytes[position] == UInt8(ascii: "\r")
            && self.bytes[position + 1] == UInt8(ascii: "\n")
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// Visible characters, blanks, and bytes above ASCII.
    static func mayStandInValue(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7F) || byte == UInt8(ascii: "\t")
    }

    /// Characters of names.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
