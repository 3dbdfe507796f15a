extension Redactor {
    /// What is found in a text that may be JSON. Ranges are of the text.
    func replacements(in text: [UInt8], depth: Int) -> [Replacement] {
        let first = text.first { $0 > 0x20 }
        guard depth < Self.deepestNesting, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return self.replacements(inText: text)
        }
        return self.replacements(inJSON: text, depth: depth)
    }

    /// What is found in a JSON text, or in one that only begins like one.
    func replacements(inJSON text: [UInt8], depth: Int) -> [Replacement] {
        let walk = RedactionWalk(text, 0..<text.count, self.rules.fields)
        guard walk.outcome != .invalid else {
            return walk.named.map(Self.replacement) + self.replacements(inText: text)
        }
        var found = walk.named.map(Self.replacement)
        for leaf in walk.leaves { found += self.replacements(in: leaf, of: text, depth: depth) }
        return found
    }

    /// What is found in plain text.
    func replacements(inText text: [UInt8]) -> [Replacement] {
        PatternScan.matches(in: text, self.rules.patterns).map {
            Replacement(range: $0.range, text: $0.pattern.replacement)
        }
    }

    /// What is found in one string or number.
    func replacements(in leaf: RedactionWalk.Leaf, of source: [UInt8], depth: Int) -> [Replacement] {
        guard leaf.isString else { return self.replacements(inNumber: leaf.range, of: source) }
        var text = MappedText()
        text.add(leaf.range, of: source)
        return self.replacements(in: text, depth: depth + 1)
    }

    /// What is found in a decoded text, with ranges of what it was decoded from.
    func replacements(in text: MappedText, depth: Int) -> [Replacement] {
        self.replacements(in: text.bytes, depth: depth).flatMap { found in
            text.places(of: found.range).enumerated().map { number, place in
                Replacement(
                    range: place, text: number == 0 ? found.text : [], counts: found.counts && number == 0)
            }
        }
    }

    /// The number of a card that is written as a number.
    private func replacements(inNumber range: Range<Int>, of source: [UInt8]) -> [Replacement] {
        guard self.rules.patterns.contains(.card), range.count >= 13, source[range].allSatisfy(\.isDigit) else {
            return []
        }
        let digits = Array(source[range])
        guard PatternScan.matches(in: digits, [.card]).first?.range == 0..<digits.count else { return [] }
        return [Replacement(range: range, text: Self.null)]
    }

    static func replacement(_ value: RedactionWalk.NamedValue) -> Replacement {
        Replacement(range: value.range, text: value.isString ? Self.field : Self.null)
    }
}
