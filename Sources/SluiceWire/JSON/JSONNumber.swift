/// Reads numbers that the walker has accepted; never rounds an integer.
enum JSONNumber {
    /// The exact value when it is an integer that fits in `Int`: `12`, `-0`, `1.0`, `1.50e1`, `1e2`; else `nil`.
    static func integer(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int? {
        if let short = Short(base, start, end), short.fractionCount == 0 {
            let value = Int(truncatingIfNeeded: short.digits)
            return short.isNegative ? -value : value
        }
        guard let parts = Parts(base, start, end) else { return nil }
        guard parts.isExact else { return nil }
        var magnitude = parts.digits
        guard magnitude != 0 else { return 0 }
        var exponent = parts.exponent
        while exponent > 0 {
            let (product, didOverflow) = magnitude.multipliedReportingOverflow(by: 10)
            if didOverflow { return nil }
            magnitude = product
            exponent -= 1
        }
        while exponent < 0 {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { return nil }
            magnitude = quotient
            exponent += 1
        }
        if parts.isNegative {
            if magnitude == UInt64(Int.max) + 1 { return Int.min }
            return Int(exactly: magnitude).map { -$0 }
        }
        return Int(exactly: magnitude)
    }

    /// The nearest `Double`; `nil` when the number is too large for one.
    static func double(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Double? {
        if let short = Short(base, start, end), short.digits <= 1 << 53 {
            let value = Double(short.digits) / powers[short.fractionCount]
            return short.isNegative ? -value : value
        }
        // Up to 2^53 and 10^22 both factors are exact, so that one operation rounds once, correctly.
        if let parts = Parts(base, start, end), parts.isExact, parts.digits <= 1 << 53,
            abs(parts.exponent) <= 22
        {
            let digits = Double(parts.digits)
            let power = powers[abs(parts.exponent)]
            let value = parts.exponent < 0 ? digits / power : digits * power
            return parts.isNegative ? -value : value
        }
        let text = JSONText.raw(base, start, end)
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// A number of at most 18 characters without an exponent: every digit fits, nothing needs to be checked.
    private struct Short {
        var isNegative: Bool
        var digits: UInt64 = 0
        var fractionCount = 0

        @inline(__always)
        init?(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
            guard end &- start <= 18, start < end else { return nil }
            var position = start
            isNegative = ByteScan.byte(base, position) == 0x2D
            if isNegative { position &+= 1 }
            while position < end {
                let byte = ByteScan.byte(base, position)
                if JSONToken.isDigit(byte) {
                    digits = digits &* 10 &+ UInt64(byte &- 0x30)
                } else if byte == 0x2E {
                    fractionCount = end &- position &- 1
                } else {
                    return nil
                }
                position &+= 1
            }
        }
    }

    /// Sign, digits without the point, and the power of ten that they are multiplied by.
    private struct Parts {
        var isNegative = false
        var digits: UInt64 = 0
        var exponent = 0
        /// Whether every digit went into `digits`; zeros at the end count in the exponent instead.
        var isExact = true

        init?(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
            var position = start
            guard position < end else { return nil }
            if ByteScan.byte(base, position) == 0x2D {
                isNegative = true
                position += 1
            }
            var isFraction = false
            var zeros = 0
            while position < end {
                let byte = ByteScan.byte(base, position)
                if byte == 0x2E {
                    isFraction = true
                } else if JSONToken.isDigit(byte) {
                    if isFraction { exponent -= 1 }
                    if byte == 0x30, digits != 0 {
                        zeros += 1
                    } else if byte != 0x30 {
                        append(UInt64(byte &- 0x30), after: zeros)
                        zeros = 0
                    }
                } else {
                    break
                }
                position += 1
            }
            exponent += zeros
            guard position < end else { return }
            // What is left is an exponent; past a million, more digits change nothing.
            position += 1
            var isDown = false
            var power = 0
            while position < end {
                let byte = ByteScan.byte(base, position)
                if byte == 0x2D {
                    isDown = true
                } else if JSONToken.isDigit(byte), power < 1_000_000 {
                    power = power * 10 + Int(byte &- 0x30)
                }
                position += 1
            }
            exponent += isDown ? -power : power
        }

        private mutating func append(_ digit: UInt64, after zeros: Int) {
            guard isExact else { return }
            for _ in 0..<zeros { shift() }
            shift()
            let (sum, didOverflow) = digits.addingReportingOverflow(digit)
            digits = sum
            if didOverflow { isExact = false }
        }

        private mutating func shift() {
            let (product, didOverflow) = digits.multipliedReportingOverflow(by: 10)
            digits = product
            if didOverflow { isExact = false }
        }
    }
}
