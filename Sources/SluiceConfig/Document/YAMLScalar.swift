/// What a plain YAML scalar means. Source: YAML 1.2.2, section 10.3.2 (core schema).
enum YAMLScalar {
    static func isNull(_ text: String) -> Bool {
        switch text {
        case "", "~", "null", "Null", "NULL": true
        default: false
        }
    }

    /// `true`, `12`, `-0x1F`, `1.5e3`, `.inf`; not `on`, `yes` or `off`, which are words here.
    static func isNumberOrBoolean(_ text: String) -> Bool {
        switch text {
        case "true", "True", "TRUE", "false", "False", "FALSE": return true
        default: break
        }
        var digits = text.utf8[...]
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits.removeFirst() }
        switch String(decoding: digits, as: UTF8.self) {
        case ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN": return true
        default: break
        }
        if digits.starts(with: "0x".utf8) {
            return digits.count > 2 && digits.dropFirst(2).allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        }
        if digits.starts(with: "0o".utf8) {
            return digits.count > 2 && digits.dropFirst(2).allSatisfy { (0x30...0x37).contains($0) }
        }
        guard let first = digits.first, first == UInt8(ascii: ".") || isDigit(first) else { return false }
        let characters = digits.allSatisfy { byte in
            isDigit(byte) || Array(".eE+-".utf8).contains(byte)
        }
        return characters && Double(text) != nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
