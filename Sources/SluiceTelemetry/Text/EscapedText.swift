/// Text from outside, escaped so that it can neither end its string, nor its line, nor change how a terminal shows the rest.
///
/// Escaped are: quotation mark and backslash, all control characters (C0, DEL, C1), line and paragraph separators, the marks
/// and overrides of writing direction, the byte order mark, and invisible annotation and tag characters. All other Unicode
/// stays as it is, in UTF-8. The escapes are JSON's (`\"`, `\n`, `\u202e`), so the result inside quotation marks is JSON.
enum EscapedText {
    /// Appends the escaped form of `text`, cut to `limit` bytes of input with `…` to show it.
    static func append(_ text: String, limit: Int, to bytes: inout [UInt8]) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { Self.append($0, limit: limit, to: &bytes) }
        guard done == nil else { return }
        Array(text.utf8).withUnsafeBufferPointer { Self.append($0, limit: limit, to: &bytes) }
    }

    /// `input` must be valid UTF-8, as that of every `String` is.
    private static func append(_ input: UnsafeBufferPointer<UInt8>, limit: Int, to bytes: inout [UInt8]) {
        var end = input.count
        if end > limit {
            end = limit
            while end > 0, input[end] & 0xC0 == 0x80 { end -= 1 }
        }
        var runStart = 0
        var index = 0
        while index < end {
            let byte = input[index]
            if Self.isPlain(byte) {
                index += 1
                continue
            }
            let (scalar, width) = byte < 0x80 ? (UInt32(byte), 1) : Self.decode(input, at: index)
            if byte >= 0x80, !Self.isHidden(scalar) {
                index += width
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[runStart..<index]))
            Self.append(escapeOf: scalar, to: &bytes)
            index += width
            runStart = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[runStart..<end]))
        if end < input.count { bytes.append("…") }
    }

    /// Printable ASCII that needs no escape.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether a scalar beyond ASCII controls the output or cannot be seen.
    private static func isHidden(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9F, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    private static func decode(_ input: UnsafeBufferPointer<UInt8>, at index: Int) -> (scalar: UInt32, width: Int) {
        let lead = UInt32(input[index])
        let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard index + width <= input.count else { return (lead, 1) }
        var scalar = lead & (0x7F >> UInt32(width))
        for offset in 1..<width {
            scalar = scalar << 6 | UInt32(input[index + offset] & 0x3F)
        }
        return (scalar, width)
    }

    private static func append(escapeOf scalar: UInt32, to bytes: inout [UInt8]) {
        switch scalar {
        case 0x22: bytes.append("\\\"")
        case 0x5C: bytes.append("\\\\")
        case 0x0A: bytes.append("\\n")
        case 0x0D: bytes.append("\\r")
        case 0x09: bytes.append("\\t")
        case 0x10000...:
            let offset = scalar - 0x10000
            Self.append(unit: 0xD800 + offset >> 10, to: &bytes)
            Self.append(unit: 0xDC00 + (offset & 0x3FF), to: &bytes)
        default:
            Self.append(unit: scalar, to: &bytes)
        }
    }

    private static func append(unit: UInt32, to bytes: inout [UInt8]) {
        bytes.append("\\u")
        for shift: UInt32 in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
    }
}
