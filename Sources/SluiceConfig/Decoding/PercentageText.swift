/// Percentages as they are written: `20%`, `0.5%`.
enum PercentageText {
    /// Reads a decimal number of at most two digits after the point, and a `%`. `nil` for anything else.
    static func parse(_ text: String) -> Percentage? {
        guard text.utf8.last == UInt8(ascii: "%") else { return nil }
        return number(text.dropLast())
    }

    /// Reads the number alone, as where the key says that it is a percentage.
    static func number(_ text: Substring) -> Percentage? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, (1...6).contains(whole.count), whole.allSatisfy(isDigit) else {
            return nil
        }
        var points = whole.reduce(0) { $0 * 10 + Int($1 - 0x30) } * 100
        if parts.count == 2 {
            guard (1...2).contains(parts[1].count), parts[1].allSatisfy(isDigit) else { return nil }
            let fraction = parts[1].reduce(0) { $0 * 10 + Int($1 - 0x30) }
            points += parts[1].count == 1 ? fraction * 10 : fraction
        }
        return Percentage(basisPoints: points)
    }

    /// The shortest text that reads back as the same: `0.5%`.
    static func format(_ percentage: Percentage) -> String {
        let (whole, rest) = percentage.basisPoints.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(whole)%" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)%" : "\(whole).\(rest < 10 ? "0" : "")\(rest)%"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
