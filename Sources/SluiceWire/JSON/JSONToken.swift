/// The lexical rules of RFC 8259: each function checks one token and returns where it ends.
///
/// A negative result is the complement of the offset of the fault (`~offset`): what the fault is can be told from
/// the byte there, so that the hot path carries no error value. Offsets are within `0...end`.
enum JSONToken {
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C

    /// Marks the bytes of a word that end the plain run of a string: quote, backslash, control, non-ASCII.
    ///
    /// Exact up to and including the first such byte: a borrow arises only from a byte that is itself marked.
    @inline(__always)
    static func stops(_ word: UInt64) -> UInt64 {
        let controls = word &- ByteScan.broadcast(0x20)
        let quotes = (word ^ ByteScan.broadcast(quote)) &- ByteScan.ones
        let backslashes = (word ^ ByteScan.broadcast(backslash)) &- ByteScan.ones
        return (word | controls | quotes | backslashes) & ByteScan.highs
    }

    /// The first byte at or after `start` that is not white space, or `end`.
    @inline(__always)
    static func skipSpace(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        if start < end, ByteScan.byte(base, start) > 0x20 { return start }
        return skipLongSpace(base, start, end)
    }

    @inline(never)
    private static func skipLongSpace(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end {
            switch ByteScan.byte(base, position) {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return position
            }
            // Indented texts have long runs of spaces; a word of them goes at once.
            while position &+ 8 <= end, ByteScan.word(base, position) == ByteScan.broadcast(0x20) {
                position &+= 8
            }
        }
        return end
    }

    /// Checks a string whose opening quote is just before `start`.
    ///
    /// Returns twice the offset after the closing quote, plus one when the string holds an escape.
    @inline(__always)
    static func string(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        // Keys and most values are short and plain: two words decide them without a call.
        var position = start
        if position &+ 16 <= end {
            var mask = stops(ByteScan.word(base, position))
            if mask == 0 {
                position &+= 8
                mask = stops(ByteScan.word(base, position))
                if mask == 0 { return longString(base, position &+ 8, end) }
            }
            position &+= ByteScan.first(mask)
            if ByteScan.byte(base, position) == quote { return (position &+ 1) &<< 1 }
        }
        return longString(base, position, end)
    }

    @inline(never)
    private static func longString(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        var escapes = 0
        while true {
            scan: do {
                while position &+ 32 <= end {
                    let a = stops(ByteScan.word(base, position))
                    let b = stops(ByteScan.word(base, position &+ 8))
                    let c = stops(ByteScan.word(base, position &+ 16))
                    let d = stops(ByteScan.word(base, position &+ 24))
                    if (a | b) | (c | d) == 0 {
                        position &+= 32
                        continue
                    }
                    if a != 0 {
                        position &+= ByteScan.first(a)
                    } else if b != 0 {
                        position &+= 8 &+ ByteScan.first(b)
                    } else if c != 0 {
                        position &+= 16 &+ ByteScan.first(c)
                    } else {
                        position &+= 24 &+ ByteScan.first(d)
                    }
                    break scan
                }
                while position &+ 8 <= end {
                    let mask = stops(ByteScan.word(base, position))
                    if mask != 0 {
                        position &+= ByteScan.first(mask)
                        break scan
                    }
                    position &+= 8
                }
            }
            guard position < end else { return ~end }
            let byte = ByteScan.byte(base, position)
            if byte == quote {
                return ((position &+ 1) &<< 1) | escapes
            } else if byte == backslash {
                let next = escape(base, position, end)
                if next < 0 { return next }
                position = next
                escapes = 1
            } else if byte >= 0x80 {
                let next = nonASCII(base, position, end)
                if next < 0 { return next }
                position = next
            } else if byte < 0x20 {
                return ~position
            } else {
                position &+= 1
            }
        }
    }

    /// Checks the escape whose backslash is at `start`; a fault is reported at the backslash.
    @inline(__always)
    private static func escape(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        guard start &+ 1 < end else { return ~end }
        switch ByteScan.byte(base, start &+ 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            return start &+ 2
        case 0x75:
            guard start &+ 6 <= end else { return ~(prefixIsHex(base, start &+ 2, end) ? end : start) }
            return prefixIsHex(base, start &+ 2, start &+ 6) ? start &+ 6 : ~start
        default:
            return ~start
        }
    }

    @inline(__always)
    private static func prefixIsHex(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
        var position = start
        while position < end {
            if hexValue(ByteScan.byte(base, position)) > 15 { return false }
            position &+= 1
        }
        return true
    }

    /// The value of a hexadecimal digit, or 255.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: 255
        }
    }

    /// Checks a run of UTF-8 sequences of two to four bytes; returns the first offset after the run.
    ///
    /// The masks are those of RFC 3629 section 4 on a little-endian word: lead and continuation bits first, then the
    /// bits that tell overlong forms, surrogates and values past U+10FFFF.
    @inline(__always)
    static func nonASCII(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end {
            let value = ByteScan.half(base, position, upTo: end)
            if value & 0x80 == 0 { return position }
            if value & 0x00C0_C0F0 == 0x0080_80E0 {
                let range = value & 0x0000_200F
                guard range != 0, range != 0x0000_200D else { return ~position }
                position &+= 3
            } else if value & 0x0000_C0E0 == 0x0000_80C0 {
                guard value & 0x0000_001E != 0 else { return ~position }
                position &+= 2
            } else if value & 0xC0C0_C0F8 == 0x8080_80F0 {
                let range = value & 0x0000_3007
                guard range != 0, range & 0x04 == 0 || range & 0x3003 == 0 else { return ~position }
                position &+= 4
            } else {
                return ~position
            }
        }
        return end
    }

    /// Checks a number that starts at `start`; a fault is reported at the byte that breaks the grammar.
    @inline(__always)
    static func number(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        if ByteScan.byte(base, position) == 0x2D { position &+= 1 }
        guard position < end else { return ~end }
        if ByteScan.byte(base, position) == 0x30 {
            position &+= 1
            if position < end, isDigit(ByteScan.byte(base, position)) { return ~position }
        } else {
            let next = digits(base, position, end)
            if next == position { return ~position }
            position = next
        }
        guard position < end else { return position }
        if ByteScan.byte(base, position) == 0x2E {
            let next = digits(base, position &+ 1, end)
            if next == position &+ 1 { return ~next }
            position = next
            guard position < end else { return position }
        }
        if ByteScan.byte(base, position) | 0x20 == 0x65 {
            position &+= 1
            guard position < end else { return ~end }
            let sign = ByteScan.byte(base, position)
            if sign == 0x2B || sign == 0x2D { position &+= 1 }
            let next = digits(base, position, end)
            if next == position { return ~position }
            position = next
        }
        return position
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    /// The offset of the first byte at or after `start` that is no digit, or `end`.
    @inline(__always)
    private static func digits(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            // A digit becomes 0 to 9, which 0x76 does not lift to 0x80; anything else has or gets the high bit.
            let word = ByteScan.word(base, position) ^ ByteScan.broadcast(0x30)
            let mask = ((word &+ ByteScan.broadcast(0x76)) | word) & ByteScan.highs
            if mask != 0 { return position &+ ByteScan.first(mask) }
            position &+= 8
        }
        while position < end, isDigit(ByteScan.byte(base, position)) { position &+= 1 }
        return position
    }

    /// Checks `true`, `false` or `null` at `start`, told by its first byte; a fault is reported where it differs.
    @inline(__always)
    static func literal(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ text: StaticString) -> Int {
        let length = text.utf8CodeUnitCount
        if start &+ length <= end, ByteScan.equal(base, start, start &+ length, text) { return start &+ length }
        var position = start
        while position < end, position &- start < length,
            ByteScan.byte(base, position) == text.utf8Start[position &- start]
        {
            position &+= 1
        }
        return ~position
    }
}
