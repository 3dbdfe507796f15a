/// What a TOML value without quotes is: a boolean, a number, a date or a time.
enum TOMLScalar {
    /// The text of the value: whole numbers in decimal, everything else as written without `_`. `nil` if `text` is no
    /// value.
    static func parse(_ text: String) -> String? {
        switch text {
        case "true", "false", "inf", "+inf", "-inf", "nan", "+nan", "-nan": return text
        default: return integer(text) ?? float(text) ?? (isDateOrTime(text) ? text : nil)
        }
    }

    private static func integer(_ text: String) -> String? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            guard let digits = digits(text.utf8.dropFirst(2), isDigit: { isDigit($0, radix: radix) }) else {
                return nil
            }
            return Int64(digits, radix: radix).map { "\($0)" }
        }
        let (sign, rest) = signed(text.utf8[...])
        guard let digits = digits(rest, isDigit: { isDigit($0, radix: 10) }), digits == "0" || !digits.hasPrefix("0")
        else {
            return nil
        }
        return Int64(sign + digits).map { "\($0)" }
    }

    private static func float(_ text: String) -> String? {
        let (sign, rest) = signed(text.utf8[...])
        let mantissa = rest.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        var exponent = rest[mantissa.endIndex...]
        let parts = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.count == 2 || !exponent.isEmpty else { return nil }
        let isDecimal = { (byte: UInt8) in isDigit(byte, radix: 10) }
        guard let whole = digits(parts[0], isDigit: isDecimal), whole == "0" || !whole.hasPrefix("0") else {
            return nil
        }
        var result = sign + whole
        if parts.count == 2 {
            guard let fraction = digits(parts[1], isDigit: isDecimal) else { return nil }
            result += "." + fraction
        }
        if exponent.popFirst() != nil {
            let (sign, rest) = signed(exponent)
            guard let power = digits(rest, isDigit: isDecimal) else { return nil }
            result += "e" + sign + power
        }
        return result
    }

    private static func signed(_ text: Substring.UTF8View) -> (sign: String, rest: Substring.UTF8View) {
        switch text.first {
        case UInt8(ascii: "-"): ("-", text.dropFirst())
        case UInt8(ascii: "+"): ("", text.dropFirst())
        default: ("", text)
        }
    }

    /// The digits of `text` without the `_` that may stand between two of them.
    private static func digits(_ text: Substring.UTF8View, isDigit: (UInt8) -> Bool) -> String? {
        var result: [UInt8] = []
        var wasDigit = false
        for byte in text {
            if byte == UInt8(ascii: "_") {
                guard wasDigit else { return nil }
                wasDigit = false
            } else {
                guard isDigit(byte) else { return nil }
                result.append(byte)
                wasDigit = true
            }
        }
        return wasDigit ? String(decoding: result, as: UTF8.self) : nil
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false
    }

    /// `2026-05-01`, `07:32:00.5`, `2026-05-01T07:32:00Z`, `2026-05-01 07:32-08:00`. Source: RFC 3339, section 5.6;
    /// TOML 1.1 lets seconds be left out.
    static func isDateOrTime(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        if rest.dropFirst(2).first == UInt8(ascii: ":") { return time(&rest) && rest.isEmpty }
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2), take(&rest, "-"),
            let day = number(&rest, 2), (1...12).contains(month), (1...days(month, year)).contains(day)
        else { return false }
        if rest.isEmpty { return true }
        guard take(&rest, "T") || take(&rest, "t") || take(&rest, " "), time(&rest) else { return false }
        if rest.isEmpty || take(&rest, "Z") || take(&rest, "z") { return rest.isEmpty }
        guard take(&rest, "+") || take(&rest, "-"), let hour = number(&rest, 2), take(&rest, ":"),
            let minute = number(&rest, 2)
        else { return false }
        return hour < 24 && minute < 60 && rest.isEmpty
    }

    private static func time(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let hour = number(&rest, 2), take(&rest, ":"), let minute = number(&rest, 2), hour < 24, minute < 60
        else {
            return false
        }
        guard take(&rest, ":") else { return true }
        guard let second = number(&rest, 2), second <= 60 else { return false }
        guard take(&rest, ".") else { return true }
        let fraction = rest.prefix { isDigit($0, radix: 10) }
        rest = rest[fraction.endIndex...]
        return !fraction.isEmpty
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ isDigit($0, radix: 10) }) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
