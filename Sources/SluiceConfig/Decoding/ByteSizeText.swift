/// Sizes as they are written: `64KiB`, `32MiB`, `1GB`, `512B`.
enum ByteSizeText {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
    ]

    /// Reads a whole number with a unit, a space between them allowed; the unit's case does not count, and the
    /// short forms of Kubernetes (`32Mi`) are read too. `nil` for anything else.
    static func parse(_ text: String) -> ByteSize? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        var name = String(decoding: text.utf8[digits.endIndex...], as: UTF8.self).lowercased()
        if name.hasPrefix(" ") { name.removeFirst() }
        if name.hasSuffix("i") { name += "b" }
        guard let unit = units.first(where: { $0.name.lowercased() == name }) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
        return overflow ? nil : ByteSize(bytes: bytes)
    }

    /// The shortest text that reads back as the same: `32MiB`.
    static func format(_ size: ByteSize) -> String {
        guard size.bytes > 0 else { return "0B" }
        let fitting = units.filter { size.bytes % $0.bytes == 0 }
        guard let unit = fitting.max(by: { $0.bytes < $1.bytes }) else { return "\(size.bytes)B" }
        return "\(size.bytes / unit.bytes)\(unit.name)"
    }
}
