/// Durations as the configuration has them: a whole number and one of `s`, `m`, `h`, `d`.
enum DurationField {
    /// The longest that is taken: ten years.
    static let longestSeconds: Int64 = 315_360_000

    /// Reads `90s`, `15m`, `24h` or `30d`; `0` needs no unit.
    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count), let number = Int64(String(Substring(digits))) else { return nil }
        let unit: Int64
        switch text.dropFirst(digits.count) {
        case "s": unit = 1
        case "m": unit = 60
        case "h": unit = 3600
        case "d": unit = 86_400
        default: return nil
        }
        guard number <= Self.longestSeconds / unit else { return nil }
        return .seconds(number * unit)
    }
}
