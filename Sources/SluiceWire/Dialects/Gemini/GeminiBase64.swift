/// Base64 as Google reads and writes it: either alphabet is read, padded or not; the standard one is written, padded.
///
/// Source: Protocol Buffers, ProtoJSON format, `bytes` (read 2026-11). Google's Python SDK writes the URL-safe
/// alphabet.
enum GeminiBase64 {
    /// The text in the standard alphabet with padding, as other vendors want it; itself where it already is, `nil` when
    /// it is no base64. White space is left out.
    static func standard(_ text: JSONString) -> JSONString? {
        if isStandard(text.escaped) { return text }
        let source = text.utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count + 3)
        for byte in source where byte != UInt8(ascii: "=") && byte > 0x20 {
            guard digit(byte) != nil else { return nil }
            bytes.append(
                byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte)
        }
        guard bytes.count % 4 != 1 else { return nil }
        while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
        return JSONString(escaped: bytes[...])
    }

    /// The text of bytes.
    static func encode(_ bytes: ArraySlice<UInt8>) -> JSONString {
        var text: [UInt8] = []
        Base64.append(bytes.span, to: &text)
        return JSONString(escaped: text[...])
    }

    /// The bytes of a text; `nil` when it is no base64.
    static func decode(_ text: JSONString) -> [UInt8]? {
        let source = text.utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count / 4 * 3 + 3)
        var word: UInt32 = 0
        var bits: UInt32 = 0
        var count = 0
        for byte in source where byte != UInt8(ascii: "=") {
            guard let digit = digit(byte) else { return nil }
            count += 1
            word = word << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        return count % 4 == 1 ? nil : bytes
    }

    private static func isStandard(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count % 4 == 0 else { return false }
        var digits = text
        for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        return digits.allSatisfy { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") && digit($0) != nil }
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
