extension Redactor {
    /// A text that several events bring in pieces.
    private struct Channel {
        var text = MappedText()
        var pieces = 0

        mutating func add(_ range: Range<Int>, of body: [UInt8]) {
            self.text.add(range, of: body)
            self.pieces += 1
        }
    }

    /// Members that name things and are no pieces of a text.
    private static let wholeNames: Set<[UInt8]> = Set(
        ["id", "type", "object", "model", "role", "event", "item_id", "finish_reason"].map { Array($0.utf8) })

    /// What is found in server-sent events: their data is JSON, and what else they have is text.
    func replacements(inEvents body: [UInt8], isCut: Bool) -> [Replacement] {
        var data: [Range<Int>] = []
        var found: [Replacement] = []
        let field = Array("data:".utf8)
        for line in Self.lines(body) {
            guard body[line].starts(with: field) else {
                found += self.replacements(inText: line, of: body)
                continue
            }
            data.append((line.lowerBound + field.count)..<line.upperBound)
        }
        return found + self.replacements(inEvents: body, data, isCut: isCut)
    }

    /// What is found in events, each the JSON of a range. The strings of one path, and of one index where events name it, are one
    /// text.
    func replacements(inEvents body: [UInt8], _ ranges: [Range<Int>], isCut: Bool) -> [Replacement] {
        var found: [Replacement] = []
        var channels: [[UInt8]: Channel] = [:]
        for range in ranges where !range.isEmpty {
            let walk = RedactionWalk(body, range, self.rules.fields)
            found += walk.named.map(Self.replacement)
            guard walk.outcome != .invalid else {
                found += self.replacements(inText: range, of: body)
                continue
            }
            for leaf in walk.leaves {
                guard leaf.isString, !leaf.isName, !Self.wholeNames.contains(leaf.name) else {
                    found += self.replacements(in: leaf, of: body, depth: 0)
                    continue
                }
                channels[Self.channel(of: leaf, in: walk), default: Channel()].add(leaf.range, of: body)
            }
        }
        for channel in channels.values {
            found += self.replacements(in: channel.text, depth: 1)
            if isCut, channel.pieces > 1 { found += Self.unfinished(channel.text) }
        }
        return found
    }

    /// The last word of a text that would have gone on.
    private static func unfinished(_ text: MappedText) -> [Replacement] {
        let end = text.bytes.count
        return text.places(of: (end - self.unfinished(text.bytes))..<end).map {
            Replacement(range: $0, text: [], counts: false)
        }
    }

    private func replacements(inText range: Range<Int>, of body: [UInt8]) -> [Replacement] {
        self.replacements(inText: Array(body[range])).map { found in
            var found = found
            found.range = (found.range.lowerBound + range.lowerBound)..<(found.range.upperBound + range.lowerBound)
            return found
        }
    }

    /// The names that lead to a string, with what says which of several choices or blocks it belongs to.
    private static func channel(of leaf: RedactionWalk.Leaf, in walk: RedactionWalk) -> [UInt8] {
        var key = leaf.name
        var container: Int? = leaf.container
        while let place = container {
            let part = walk.containers[place]
            key.append(UInt8(ascii: "/"))
            key += part.name
            if !part.index.isEmpty {
                key.append(UInt8(ascii: "#"))
                key += part.index
            }
            container = part.parent
        }
        return key
    }

    /// The lines of a text, without what ends them: LF, CR or both.
    static func lines(_ body: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for index in body.indices where body[index] == 0x0A || body[index] == 0x0D {
            if start < index { lines.append(start..<index) }
            start = index + 1
        }
        if start < body.count { lines.append(start..<body.count) }
        return lines
    }
}
