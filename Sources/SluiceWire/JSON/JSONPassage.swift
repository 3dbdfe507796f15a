/// Moves over the strings and containers of a JSON text that passes by in pieces, by their quotes and brackets alone.
///
/// What those who look into a passing text share: it follows, and does not validate.
struct JSONPassage: Sendable {
    /// How many containers are open since ``beginContainer()``, that one included.
    private(set) var depth = 0
    /// A backslash was the last byte of the chunk, inside a string.
    private var isEscaped = false
    /// Inside a string of a container.
    private var isInString = false

    /// The byte before was the quote that begins a string.
    @inline(__always)
    mutating func beginString() {
        isEscaped = false
    }

    /// The byte before was the bracket that begins a container.
    @inline(__always)
    mutating func beginContainer() {
        isEscaped = false
        isInString = false
        depth = 1
    }

    /// The offset of the quote that ends the string around `start`, or `end`.
    @inline(__always)
    mutating func stringEnd(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        if isEscaped {
            isEscaped = false
            position &+= 1
        }
        while true {
            position = Self.findQuoteOrBackslash(base, position, end)
            guard position < end, ByteScan.byte(base, position) == JSONToken.backslash else { return position }
            position &+= 2
            if position > end {
                isEscaped = true
                return end
            }
        }
    }

    /// The offset after the bracket that closes the top-level value (then `depth` is 0), or `end`.
    mutating func containerEnd(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        var depth = self.depth
        defer { self.depth = depth }
        while position < end {
            if isInString {
                position = stringEnd(base, position, end)
                guard position < end else { return end }
                isInString = false
                position &+= 1
            }
            position = Self.findStructure(base, position, end)
            guard position < end else { return end }
            let byte = ByteScan.byte(base, position)
            position &+= 1
            if byte == JSONToken.quote {
                isInString = true
            } else if byte | 0x20 == 0x7B {
                depth &+= 1
            } else {
                depth &-= 1
                if depth == 0 { return position }
            }
        }
        return end
    }

    /// The offset of the next quote or backslash in `start..<end`, or `end`.
    @inline(__always)
    private static func findQuoteOrBackslash(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        let quotes = ByteScan.broadcast(JSONToken.quote)
        let backslashes = ByteScan.broadcast(JSONToken.backslash)
        @inline(__always)
        func hits(_ word: UInt64) -> UInt64 { ByteScan.zeros(word ^ quotes) | ByteScan.zeros(word ^ backslashes) }
        var position = start
        while position &+ 32 <= end {
            let a = hits(ByteScan.word(base, position)) | hits(ByteScan.word(base, position &+ 8))
            let b = hits(ByteScan.word(base, position &+ 16)) | hits(ByteScan.word(base, position &+ 24))
            if a | b != 0 { break }
            position &+= 32
        }
        while position &+ 8 <= end {
            let mask = hits(ByteScan.word(base, position))
            if mask != 0 { return position &+ ByteScan.first(mask) }
            position &+= 8
        }
        while position < end {
            let byte = ByteScan.byte(base, position)
            if byte == JSONToken.quote || byte == JSONToken.backslash { return position }
            position &+= 1
        }
        return position
    }

    /// The offset of the next quote, brace or bracket in `start..<end`, or `end`.
    @inline(__always)
    private static func findStructure(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        let quotes = ByteScan.broadcast(JSONToken.quote)
        let opens = ByteScan.broadcast(0x7B)
        let closes = ByteScan.broadcast(0x7D)
        let cases = ByteScan.broadcast(0x20)
        var position = start
        while position &+ 8 <= end {
            let word = ByteScan.word(base, position)
            let folded = word | cases
            let mask =
                ByteScan.zeros(word ^ quotes) | ByteScan.zeros(folded ^ opens) | ByteScan.zeros(folded ^ closes)
            if mask != 0 { return position &+ ByteScan.first(mask) }
            position &+= 8
        }
        while position < end {
            let byte = ByteScan.byte(base, position)
            if byte == JSONToken.quote || byte | 0x20 == 0x7B || byte | 0x20 == 0x7D { return position }
            position &+= 1
        }
        return end
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    static func endsScalar(_ byte: UInt8) -> Bool {
        // Numbers and literals are letters, digits, signs and points.
        !(JSONToken.isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E)
    }
}
