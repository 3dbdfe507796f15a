/// Builds a YAML text, line by line.
struct YAMLText {
    private(set) var text = ""
    private var depth = 0

    /// `key:` with what `body` writes below it.
    mutating func section(_ key: String, _ body: (inout YAMLText) -> Void) {
        line("\(Self.key(key)):")
        depth += 1
        body(&self)
        depth -= 1
    }

    /// `key: value`; nothing for `nil`.
    mutating func entry(_ key: String, _ value: String?) {
        guard let value else { return }
        line("\(Self.key(key)): \(Self.scalar(value))")
    }

    /// `key: [a, b]`.
    mutating func list(_ key: String, _ values: [String]) {
        line("\(Self.key(key)): [\(values.map(Self.scalar).joined(separator: ", "))]")
    }

    /// `key: {}`.
    mutating func empty(_ key: String) {
        line("\(Self.key(key)): {}")
    }

    /// `- { key: value, ... }`; entries without a value are left out.
    mutating func item(_ entries: [(String, String?)]) {
        line("- \(Self.flow(entries))")
    }

    /// `key: { key: value, ... }`; entries without a value are left out.
    mutating func item(_ key: String, _ entries: [(String, String?)]) {
        line("\(Self.key(key)): \(Self.flow(entries))")
    }

    /// A line as it is.
    mutating func line(_ content: String) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }

    /// `{ key: value, ... }`.
    static func flow(_ entries: [(String, String?)]) -> String {
        let parts = entries.compactMap { name, value in value.map { "\(key(name)): \(scalar($0))" } }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    /// `[a, b]`.
    static func flow(_ values: [String]) -> String { "[\(values.map(scalar).joined(separator: ", "))]" }

    /// A key that reads back as `key`.
    static func key(_ key: String) -> String {
        quotedIfNeeded(key)
    }

    /// A value that reads back as `value`: in quotes where plain text would mean something else, and with the
    /// characters that begin a reference doubled.
    static func scalar(_ value: String) -> String {
        var text = String.UnicodeScalarView()
        var rest = value.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "$", rest.first == "{" { text.append("$") }
            text.append(scalar)
        }
        // Values are read as texts, so numbers need no quotes; keys do.
        return isDecimal(value) ? value : quotedIfNeeded(String(text))
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && !YAMLScalar.isNumberOrBoolean(text) && !YAMLScalar.isNull(text)
            && isWord(text.utf8.first) && !text.hasSuffix(":")
            && text.utf8.allSatisfy { isWord($0) || Array("-./:_".utf8).contains($0) }
        return isPlain ? text : quoted(text)
    }

    /// `12`, `0.25`.
    private static func isDecimal(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
    }

    private static func isWord(_ byte: UInt8?) -> Bool {
        switch byte {
        case .some(0x30...0x39), .some(0x41...0x5A), .some(0x61...0x7A): true
        default: false
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar.value == 0xFEFF
                    || (0x2028...0x2029).contains(scalar.value)
                {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
