import SluiceWire

/// The form of a record in a segment: one line.
///
/// Shape: eight hexadecimal digits for the length of the text in bytes, a space, eight for its CRC-32, a space, the text (one JSON
/// object without line breaks), a line feed. Digits are in lower case. Whatever one changes in such a line, it can be found: a
/// digit, a space or the line feed that is none, a length that does not lead to the line feed, or a checksum that is another.
enum JournalLine {
    /// The bytes before the text.
    static let headLength = 18
    /// The longest text. Names are cut so that no record comes near it.
    static let longestText = 4 << 20

    static let lineFeed = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let digits: StaticString = "0123456789abcdef"

    /// Leaves room for the head of a line whose text is appended next.
    static func begin(_ buffer: inout JournalBuffer) {
        buffer.append("                  ")
    }

    /// Writes the head of the line whose text is at hand, and ends it.
    static func end(_ buffer: inout JournalBuffer) {
        let head = buffer.origin - Self.headLength
        let text = buffer.text.bindMemory(to: UInt8.self)
        let checksum = CRC32.checksum(text.span)
        Self.put(UInt32(truncatingIfNeeded: text.count), at: head, &buffer)
        Self.put(checksum, at: head + 9, &buffer)
        buffer.append(Self.lineFeed)
    }

    /// The text of a line without its line feed; `nil` when it is damaged.
    static func text(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let start = line.startIndex
        guard line.count >= Self.headLength, line[start + 8] == Self.space, line[start + 17] == Self.space,
            let length = Self.number(line[start..<start + 8]), let checksum = Self.number(line[start + 9..<start + 17])
        else { return nil }
        let text = line[(start + Self.headLength)...]
        guard text.count == Int(length), CRC32.checksum(text.span) == checksum else { return nil }
        return text
    }

    private static func put(_ number: UInt32, at start: Int, _ buffer: inout JournalBuffer) {
        let digits = Self.digits.utf8Start
        for place in 0..<8 {
            buffer.put(digits[Int(number >> UInt32(28 - place * 4) & 15)], at: start + place)
        }
    }

    private static func number(_ text: ArraySlice<UInt8>) -> UInt32? {
        var number: UInt32 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
