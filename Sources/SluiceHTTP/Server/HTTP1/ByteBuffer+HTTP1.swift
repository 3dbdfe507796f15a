import NIOCore
import NIOHTTP1

extension ByteBuffer {
    mutating func writeStatic(_ text: StaticString) {
        self.writeStaticString(text)
    }

    /// Writes a non-negative number.
    mutating func writeDecimal(_ number: Int) {
        self.writeDigits(UInt(max(0, number)), radix: 10)
    }

    /// Writes a non-negative number in lower-case hexadecimal digits.
    mutating func writeHexadecimal(_ number: Int) {
        self.writeDigits(UInt(max(0, number)), radix: 16)
    }

    /// Writes status code, reason phrase and line end.
    mutating func writeStatusLine(_ status: Int) {
        if status == 200 {
            self.writeStatic("200 OK\r\n")
            return
        }
        self.writeDecimal(status)
        self.writeStatic(" ")
        self.writeString(HTTPResponseStatus(statusCode: status).reasonPhrase)
        self.writeStatic("\r\n")
    }

    private mutating func writeDigits(_ number: UInt, radix: UInt) {
        var divisor: UInt = 1
        while number / divisor >= radix { divisor *= radix }
        while divisor > 0 {
            let digit = UInt8(truncatingIfNeeded: number / divisor % radix)
            self.writeInteger(digit < 10 ? 0x30 + digit : 0x57 + digit)
            divisor /= radix
        }
    }
}
