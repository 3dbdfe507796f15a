/// Lines of comma-separated values. Source: RFC 4180.
struct CSVText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Adds a value to the line; `nil` is an empty one.
    mutating func add(_ value: String?) {
        if !self.isFirst { self.bytes.append(UInt8(ascii: ",")) }
        self.isFirst = false
        guard let value else { return }
        // What a spreadsheet would take for a formula is marked as text.
        let isFormula = value.utf8.first.map { [0x3D, 0x2B, 0x2D, 0x40, 0x09].contains($0) } ?? false
        let needsQuotes = isFormula || value.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes else { return self.bytes.append(contentsOf: value.utf8) }
        self.bytes.append(UInt8(ascii: "\""))
        if isFormula { self.bytes.append(UInt8(ascii: "'")) }
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { self.bytes.append(byte) }
            self.bytes.append(byte)
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Adds a number, which is no formula even where it is negative.
    mutating func add(number: String?) {
        if !self.isFirst { self.bytes.append(UInt8(ascii: ",")) }
        self.isFirst = false
        if let number { self.bytes.append(contentsOf: number.utf8) }
    }

    /// Ends the line.
    mutating func endLine() {
        self.bytes += [0x0D, 0x0A]
        self.isFirst = true
    }
}
