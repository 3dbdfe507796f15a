/// Keeps back the first half of a surrogate pair (`\ud83d`) that a stream cut from its second, until that comes.
///
/// Clients decode each piece of text by itself, and half a pair becomes U+FFFD for good.
struct JSONStringHold: Sendable {
    private var held = JSONString.empty

    /// The text that may go out now.
    mutating func take(_ text: JSONString) -> JSONString {
        var whole = self.held
        whole.append(text)
        self.held = .empty
        guard Self.endsInHalf(whole.escaped) else { return whole }
        self.held = JSONString(escaped: whole.escaped.suffix(6))
        return JSONString(escaped: whole.escaped.dropLast(6))
    }

    /// What was kept back and stayed alone.
    mutating func flush() -> JSONString {
        defer { self.held = .empty }
        return self.held
    }

    private static func endsInHalf(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count >= 6 else { return false }
        let escape = text.index(text.endIndex, offsetBy: -6)
        guard text[escape] == JSONToken.backslash, text[escape + 1] == 0x75, text[escape + 2] | 0x20 == 0x64 else {
            return false
        }
        switch text[escape + 3] | 0x20 {
        case 0x38, 0x39, 0x61, 0x62: break
        default: return false
        }
        // A backslash that is itself escaped begins no escape.
        let backslashes = text[..<escape].reversed().prefix { $0 == JSONToken.backslash }.count
        return backslashes % 2 == 0
    }
}
