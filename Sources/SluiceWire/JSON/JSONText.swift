/// Decodes the escapes of JSON strings that the walker has accepted.
///
/// `\uD83D\uDE00` becomes one scalar of four bytes. A surrogate escape without its other half is accepted by the
/// grammar of RFC 8259 but names no character: it becomes U+FFFD here, while the original bytes stay where they were.
enum JSONText {
    /// The text `start..<end` (inside the quotes) with its escapes decoded.
    static func decode(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, hasEscapes: Bool) -> String {
        guard hasEscapes else { return raw(base, start, end) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        decode(base, start, end, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text `start..<end` as it stands.
    static func raw(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: base + start, count: end - start), as: UTF8.self)
    }

    /// Appends the decoded bytes of `start..<end`, which the walker has accepted as the inside of a string.
    static func decode(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, into output: inout [UInt8]) {
        var position = start
        while position < end {
            let next = ByteScan.find(JSONToken.backslash, base, position, end)
            output.append(contentsOf: UnsafeRawBufferPointer(start: base + position, count: next - position))
            guard next + 1 < end else { return }
            position = next + 2
            switch ByteScan.byte(base, next + 1) {
            case 0x62: output.append(0x08)
            case 0x66: output.append(0x0C)
            case 0x6E: output.append(0x0A)
            case 0x72: output.append(0x0D)
            case 0x74: output.append(0x09)
            case 0x75: position = decodeUnicode(base, next, end, into: &output)
            case let other: output.append(other)
            }
        }
    }

    /// Decodes `\uXXXX`, with the low half of a pair when it follows; returns the offset after it.
    private static func decodeUnicode(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, into output: inout [UInt8]
    ) -> Int {
        guard let first = codeUnit(base, start, end) else { return end }
        var value = UInt32(first)
        var next = start + 6
        if value & 0xFC00 == 0xD800, let second = codeUnit(base, next, end), second & 0xFC00 == 0xDC00 {
            value = 0x10000 + ((value & 0x3FF) << 10) + UInt32(second & 0x3FF)
            next += 6
        }
        let scalar = UnicodeScalar(value) ?? "\u{FFFD}"
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        return next
    }

    /// The code unit of the escape `\uXXXX` at `start`, or `nil` when there is none.
    private static func codeUnit(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> UInt16? {
        guard start + 6 <= end, ByteScan.byte(base, start) == JSONToken.backslash,
            ByteScan.byte(base, start + 1) == 0x75
        else { return nil }
        var value: UInt16 = 0
        for offset in start + 2..<start + 6 {
            let digit = JSONToken.hexValue(ByteScan.byte(base, offset))
            guard digit < 16 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// Whether the decoded text of `start..<end` is `name`.
    @inline(__always)
    static func equal(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, hasEscapes: Bool, _ name: StaticString
    ) -> Bool {
        if hasEscapes {
            return equalDecoded(base, start, end, UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount)
        }
        return ByteScan.equal(base, start, end, name)
    }

    /// Whether the decoded text of `start..<end` is the `count` bytes at `name`.
    @inline(never)
    static func equalDecoded(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ name: UnsafeRawPointer, _ count: Int
    ) -> Bool {
        // An escape takes at most six bytes for one byte of text, so a longer key is another key: no work for it.
        guard end - start <= count * 6 else { return false }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        decode(base, start, end, into: &bytes)
        guard bytes.count == count else { return false }
        return bytes.withUnsafeBytes { raw in
            guard let left = raw.baseAddress else { return true }
            return ByteScan.equal(left, name, count: count)
        }
    }
}
