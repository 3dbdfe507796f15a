extension PatternScan {
    /// The parts of an address are no longer. Source: RFC 5321, section 4.5.3.1.
    private static let longestName = 64
    private static let longestDomain = 255

    /// The address whose `@` stands at an index: a name, and a domain of at least two labels whose last is of letters.
    ///
    /// Letters of any script count as letters, so that an address that stands in a text without spaces may take some of its
    /// neighbours with it: too much rather than too little.
    func address(around index: Int) -> Range<Int>? {
        var start = index
        while start > self.floor, index - start < Self.longestName, Self.isInName(self.byte(start - 1)) { start -= 1 }
        while start < index, self.byte(start).isContinuation { start += 1 }
        guard start < index else { return nil }
        guard
            let end = self.domainEnd(from: index + 1, Self.isInDomain)
                ?? self.domainEnd(from: index + 1, Self.isInWideDomain)
        else { return nil }
        return start..<end
    }

    private func domainEnd(from start: Int, _ isIn: (UInt8) -> Bool) -> Int? {
        var end = start
        while end - start < Self.longestDomain, end < self.text.count, isIn(self.text[end]) { end += 1 }
        while end > start, end < self.text.count, self.text[end].isContinuation { end -= 1 }
        // What is behind the last label that can be a top one belongs to the sentence.
        while let dot = self.text[start..<end].lastIndex(of: UInt8(ascii: ".")), dot > start {
            let top = self.text[(dot + 1)..<end]
            let letters = top.prefix {
                $0.isLetter || $0 >= 0x80 || $0 == UInt8(ascii: "-") || ($0.isDigit && top.first?.isDigit == false)
            }
            if letters.count >= 2, top.first?.isDigit == false {
                return dot + 1 + letters.count
            }
            end = dot
        }
        return nil
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        if byte.isLetter || byte.isDigit || byte >= 0x80 { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "%"),
            UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default: return false
        }
    }

    private static func isInDomain(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func isInWideDomain(_ byte: UInt8) -> Bool {
        self.isInDomain(byte) || byte >= 0x80
    }
}
