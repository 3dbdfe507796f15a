import NIOCore

extension ByteBuffer {
    mutating func writeStatic(_ text: StaticString) {
        self.writeStaticString(text)
    }

    /// Writes a non-negative number in lower-case hexadecimal digits.
    mutating func writeHexadecimal(_ number: Int) {
        let number = UInt(max(0, number))
        let radix: UInt = 16
        var divisor: UInt = 1
        while number / divisor >= radix { divisor *= radix }
        while divisor > 0 {
            let digit = UInt8(truncatingIfNeeded: number / divisor % radix)
            self.writeInteger(digit < 10 ? 0x30 + digit : 0x57 + digit)
            divisor /= radix
        }
    }
}
