/// A short text of ASCII that is written from its end, on the stack: six of them are made for each answer.
///
/// It holds 48 bytes; what does not fit is left out at the front.
struct ShortText {
    private var bytes = InlineArray<48, UInt8>(repeating: 0)
    private var start = 48

    /// A whole number in decimal.
    static func decimal(_ number: Int64) -> String {
        var text = ShortText()
        text.prepend(number)
        return text.string
    }

    /// Writes one character in front.
    mutating func prepend(_ byte: UInt8) {
        guard self.start > 0 else { return }
        self.start -= 1
        self.bytes[self.start] = byte
    }

    /// Writes a whole number in front, with zeros up to so many digits.
    mutating func prepend(_ number: Int64, digits: Int = 1) {
        var rest = number.magnitude
        var written = 0
        while rest > 0 || written < digits {
            self.prepend(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
            written += 1
        }
        if number < 0 { self.prepend(UInt8(ascii: "-")) }
    }

    /// The text.
    var string: String {
        let bytes = self.bytes.span.extracting(self.start..<48)
        return bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
