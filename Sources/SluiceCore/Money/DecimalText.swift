/// Decimal numbers as text, read and written without floating point.
enum DecimalText {
    /// Reads `25`, `0.25` or `.25` as a whole number of units of 10^-`digits`: with nine digits `0.25` is 250,000,000.
    ///
    /// `nil` for anything else: a sign, an exponent, spaces, more digits after the point than `digits` (zeros aside),
    /// and what is too large for 64 bits.
    static func parse(_ text: String, digits: Int) -> Int64? {
        var result: Int64 = 0
        var remaining = digits
        var isAfterPoint = false
        var hasDigit = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: ".") where !isAfterPoint:
                isAfterPoint = true
            case 0x30...0x39:
                hasDigit = true
                if isAfterPoint {
                    // Beyond the last digit only zeros say nothing.
                    guard remaining > 0 else {
                        guard byte == 0x30 else { return nil }
                        continue
                    }
                    remaining -= 1
                }
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                let (sum, overflowToo) = product.addingReportingOverflow(Int64(byte - 0x30))
                guard !overflow, !overflowToo else { return nil }
                result = sum
            default: return nil
            }
        }
        guard hasDigit else { return nil }
        for _ in 0..<remaining {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            result = product
        }
        return result
    }

    /// Writes `units` of 10^-`digits` as the shortest decimal text: `0.25`, `25`, `-0.000000001`.
    static func format(_ units: Int64, digits: Int) -> String {
        var text = String(units.magnitude)
        if text.utf8.count <= digits { text = String(repeating: "0", count: digits + 1 - text.utf8.count) + text }
        let whole = text.dropLast(digits)
        var fraction = text.suffix(digits)
        while fraction.last == "0" { fraction.removeLast() }
        return (units < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
