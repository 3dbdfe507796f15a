/// Finds patterns in a text, in one pass: what is looked at around one byte is bounded, but for a private key, which ends the search.
///
/// A value without regular expressions: its time is linear in the length, whatever the text is.
struct PatternScan {
    /// A place that was found.
    struct Match: Equatable {
        var range: Range<Int>
        var pattern: SensitivePattern
    }

    let text: [UInt8]
    let patterns: Set<SensitivePattern>
    /// Before here everything is decided.
    private(set) var floor = 0

    init(_ text: [UInt8], _ patterns: Set<SensitivePattern>) {
        self.text = text
        self.patterns = patterns
    }

    /// All matches, in order; none overlaps another.
    static func matches(in text: [UInt8], _ patterns: Set<SensitivePattern>) -> [Match] {
        guard !patterns.isEmpty else { return [] }
        var scan = PatternScan(text, patterns)
        return scan.run()
    }

    private mutating func run() -> [Match] {
        let looksForAddresses = self.patterns.contains(.email)
        let looksForKeys = self.patterns.contains(.apiKey)
        let looksForCards = self.patterns.contains(.card)
        let looksForPhones = self.patterns.contains(.phone)
        var matches: [Match] = []
        var index = 0
        while index < self.text.count {
            let byte = self.text[index]
            var found: Match?
            if byte == UInt8(ascii: "@") {
                if looksForAddresses { found = self.address(around: index).map { Match(range: $0, pattern: .email) } }
            } else if byte.isDigit {
                if looksForCards { found = self.card(at: index).map { Match(range: $0, pattern: .card) } }
                if found == nil, looksForKeys { found = self.key(at: index).map { Match(range: $0, pattern: .apiKey) } }
            } else if byte == UInt8(ascii: "+") {
                if looksForPhones { found = self.phone(at: index).map { Match(range: $0, pattern: .phone) } }
            } else if looksForKeys, byte.isLetter || byte == UInt8(ascii: "-") {
                found = self.key(at: index).map { Match(range: $0, pattern: .apiKey) }
            }
            guard let found else {
                index += 1
                continue
            }
            matches.append(found)
            self.floor = found.range.upperBound
            index = self.floor
        }
        return matches
    }

    /// The byte before an index; zero at the beginning, and behind a match, which will not be there any more.
    func before(_ index: Int) -> UInt8 {
        index > self.floor ? self.byte(index - 1) : 0
    }

    /// The byte at an index; zero outside.
    func byte(_ index: Int) -> UInt8 {
        self.text.indices.contains(index) ? self.text[index] : 0
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    /// A byte within a character of more than one.
    var isContinuation: Bool { self & 0xC0 == 0x80 }
}
