/// Base64 with the standard alphabet and padding. Source: RFC 4648, section 4.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let invalid: UInt8 = 0xFF

    /// The value of each byte as a digit; ``invalid`` for bytes that are none.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: invalid, count: 256)
        for (value, byte) in alphabet.enumerated() { digits[Int(byte)] = UInt8(value) }
        return digits
    }()

    /// Appends the text of bytes.
    public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        alphabet.withUnsafeBufferPointer { alphabet in
            var index = 0
            while index + 3 <= bytes.count {
                let word = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                text.append(alphabet[Int(word >> 18)])
                text.append(alphabet[Int(word >> 12 & 63)])
                text.append(alphabet[Int(word >> 6 & 63)])
                text.append(alphabet[Int(word & 63)])
                index += 3
            }
            let rest = bytes.count - index
            guard rest > 0 else { return }
            let word = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
            text.append(alphabet[Int(word >> 18)])
            text.append(alphabet[Int(word >> 12 & 63)])
            text.append(rest == 2 ? alphabet[Int(word >> 6 & 63)] : 0x3D)
            text.append(0x3D)
        }
    }

    /// The bytes of a text; `nil` for a text of another alphabet or of an impossible length. Padding may be left out.
    public static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var text = text
        for _ in 0..<2 where text.last == 0x3D { text.removeLast() }
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 3)
        let isValid = text.withUnsafeBufferPointer { text in
            digits.withUnsafeBufferPointer { digits in
                var word: UInt32 = 0
                var bits: UInt32 = 0
                for character in text {
                    let digit = digits[Int(character)]
                    guard digit != invalid else { return false }
                    word = word << 6 | UInt32(digit)
                    bits += 6
                    if bits >= 8 {
                        bits -= 8
                        bytes.append(UInt8(truncatingIfNeeded: word >> bits))
                    }
                }
                return true
            }
        }
        return isValid ? bytes : nil
    }
}
