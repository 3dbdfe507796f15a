/// Text as bytes, appended without a `String` in between. Nothing here escapes; see ``EscapedText`` for what came from outside.
extension [UInt8] {
    /// Appends text that the program itself holds.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { self.append(contentsOf: $0) }
    }

    /// Appends a text's UTF-8 as it is.
    mutating func append(text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { self.append(contentsOf: $0) }
        if done == nil { self.append(contentsOf: text.utf8) }
    }

    /// Appends a whole number in decimal.
    mutating func append(decimal value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        self.append(decimal: value.magnitude)
    }

    /// Appends a whole number in decimal, with zeros in front of it up to `width` digits (20 at most).
    mutating func append(decimal value: UInt64, width: Int = 1) {
        // Digits come out last first, so they are laid out on the stack and appended in one piece.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = value
            while start > 0, rest > 0 || start > 20 - width {
                start -= 1
                let next = rest / 10
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest &- next &* 10)
                rest = next
            }
            self.append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[start..<20]))
        }
    }

    /// Appends `value / 10^decimals` without trailing zeros: 1500 with 3 decimals is `1.5`.
    mutating func append(fixed value: UInt64, decimals: Int) {
        var divisor: UInt64 = 1
        for _ in 0..<Swift.min(decimals, 19) { divisor *= 10 }
        self.append(decimal: value / divisor)
        var rest = value % divisor
        guard rest > 0 else { return }
        self.append(UInt8(ascii: "."))
        while rest > 0 {
            divisor /= 10
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
        }
    }

    /// Appends nanoseconds as milliseconds with three digits after the point: `12.345`.
    mutating func append(milliseconds nanoseconds: Int64) {
        let micros = UInt64(clamping: nanoseconds) / 1000
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var start = 24
            var rest = micros
            while start > 0, rest > 0 || start > 19 {
                start -= 1
                if start == 20 {
                    digits[start] = UInt8(ascii: ".")
                    continue
                }
                let next = rest / 10
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest &- next &* 10)
                rest = next
            }
            self.append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[start..<24]))
        }
    }
}
