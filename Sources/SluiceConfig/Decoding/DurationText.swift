/// Durations as they are written: `250ms`, `5s`, `1m30s`, `24h`, `1d`.
enum DurationText {
    /// The longest that is accepted, far below what any clock of the gateway can count.
    static let longestDays: Int64 = 366

    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
    ]

    /// Reads whole numbers with units, one after the other, without spaces. `nil` for anything else, and beyond
    /// ``longestDays``.
    static func parse(_ text: String) -> Duration? {
        var rest = text.utf8[...]
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest[digits.endIndex...]
            let letters = rest.prefix { !(0x30...0x39).contains($0) }
            rest = rest[letters.endIndex...]
            var name = String(decoding: letters, as: UTF8.self)
            // The micro sign and the Greek letter.
            if name == "\u{B5}s" || name == "\u{3BC}s" { name = "us" }
            guard let number = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = units.first(where: { $0.name == name })
            else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit.microseconds)
            let (sum, overflowToo) = total.addingReportingOverflow(product)
            guard !overflow, !overflowToo, sum <= longestDays * 86_400_000_000 else { return nil }
            total = sum
        }
        return .microseconds(total)
    }

    /// The shortest text that reads back as the same: `1m30s`. Parts of a microsecond are lost.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, duration > .zero else { return "0s" }
        var rest = whole + attoseconds / 1_000_000_000_000
        if rest == 0 { return "0s" }
        var result = ""
        for unit in units where rest >= unit.microseconds {
            result += "\(rest / unit.microseconds)\(unit.name)"
            rest %= unit.microseconds
        }
        return result
    }
}
