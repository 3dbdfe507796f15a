extension PatternScan {
    private static let cardDigits = 13...19
    private static let phoneDigits = 8...15

    /// The number of a card that begins at an index: 13 to 19 digits whose check digit is right, in groups that a space or a hyphen
    /// separates or in one. The longest is taken.
    ///
    /// Issuers of cards have the first digits 2 to 6, which leaves out most moments in milliseconds.
    /// Source: ISO/IEC 7812-1, annex B (the formula of Luhn).
    func card(at start: Int) -> Range<Int>? {
        guard (UInt8(ascii: "2")...UInt8(ascii: "6")).contains(self.byte(start)), !self.before(start).isDigit else {
            return nil
        }
        // The digits behind a decimal point are no number of their own.
        if self.before(start) == UInt8(ascii: "."), self.before(start - 1).isDigit { return nil }
        var digits: [UInt8] = []
        var end: Int?
        var index = start
        while digits.count < Self.cardDigits.upperBound {
            digits.append(self.byte(index) - 0x30)
            index += 1
            let next = self.byte(index)
            if next.isDigit { continue }
            if Self.cardDigits.contains(digits.count), Self.hasRightCheckDigit(digits) { end = index }
            guard next == UInt8(ascii: " ") || next == UInt8(ascii: "-"), self.byte(index + 1).isDigit else { break }
            index += 1
        }
        return end.map { start..<$0 }
    }

    static func hasRightCheckDigit(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = Int(digit) * (place % 2 == 0 ? 1 : 2)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0
    }

    /// The number whose plus sign stands at an index: 8 to 15 digits, with spaces, hyphens, points, slashes and brackets between them.
    /// Source: ITU-T E.164, section 6.
    func phone(at start: Int) -> Range<Int>? {
        let before = self.before(start)
        guard !before.isDigit, !before.isLetter, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(self.byte(start + 1))
        else {
            return nil
        }
        var count = 0
        var end = start + 1
        var index = start + 1
        var separators = 0
        while index < self.text.count, count <= Self.phoneDigits.upperBound, separators <= 2 {
            switch self.text[index] {
            case let byte where byte.isDigit:
                count += 1
                separators = 0
                end = index + 1
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("),
                UInt8(ascii: ")"):
                separators += 1
            default: separators = 3
            }
            index += 1
        }
        return Self.phoneDigits.contains(count) ? start..<end : nil
    }
}
