import SluiceWire

/// When a rate limit is whole again: OpenAI gives a duration (`6m0s`, `20ms`), Anthropic a time of day (RFC 3339).
enum RateLimitReset {
    /// The seconds of a duration: numbers, each with `h`, `m`, `s` or `ms`, the largest first; `nil` for another text.
    static func seconds(ofDuration text: String) -> Double? {
        var total = 0.0
        var rest = text.utf8[...]
        guard !rest.isEmpty, rest.count <= 32 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E }
            guard let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !(($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E) }
            switch String(decoding: unit, as: UTF8.self) {
            case "h": total += number * 3600
            case "m": total += number * 60
            case "s": total += number
            case "ms": total += number / 1000
            default: return nil
            }
            rest = rest.dropFirst(unit.count)
        }
        return total <= 366 * 86_400 ? total : nil
    }

    /// A duration as OpenAI writes it: `6m0s`, `1.5s`, `20ms`.
    static func duration(ofSeconds seconds: Double) -> String {
        let milliseconds = Int(min(max(0, seconds), 366 * 86_400) * 1000)
        guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
        let whole = milliseconds / 1000
        var text = ""
        if whole >= 3600 { text += "\(whole / 3600)h" }
        if whole >= 60 { text += "\(whole / 60 % 60)m" }
        text += "\(whole % 60)"
        if milliseconds % 1000 != 0 {
            var fraction = String(1000 + milliseconds % 1000).dropFirst()
            while fraction.last == "0" { fraction.removeLast() }
            text += "." + fraction
        }
        return text + "s"
    }

    /// Seconds since 1970 of `2026-11-21T06:43:20Z`; `nil` for another text. Fractions are passed over.
    static func seconds(ofTime text: String) -> Int64? { CivilTime.seconds(ofRFC3339: text) }

    /// `2026-11-21T06:43:20Z` of seconds since 1970.
    static func time(ofSeconds seconds: Int64) -> String { CivilTime(secondsSince1970: max(0, seconds)).text }
}
