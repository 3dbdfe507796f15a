import SluiceWire

/// The splice of what passes gives the same bytes in every split, and those of the scanner's splice where the text is JSON.
enum PassingSpliceOracle {
    private static let name = "mine"

    static func check(_ input: [UInt8]) -> String? {
        for (framing, parent) in [
            (JSONPassingSplice.Framing.plain, nil), (.events, nil), (.plain, "a"), (.events, "response"),
        ] as [(JSONPassingSplice.Framing, String?)] {
            let whole = spliced(input, framing, parent, sizes: [input.count])
            for sizes in [[1], [2, 3], [7], [64, 1]] where spliced(input, framing, parent, sizes: sizes) != whole {
                return "chunks of \(sizes) bytes give other bytes"
            }
        }
        var members: [JSONMember] = []
        do throws(JSONError) { try JSONScanner.scanObject(input.span, into: &members) } catch { return nil }
        // A key with escapes is not looked for.
        let key = Array("\"model\"".utf8)
        var splice = JSONSplice(of: input.span, members: members)
        for (index, member) in members.enumerated()
        where member.kind == .string && isWritten(member, as: key, in: input) {
            splice.replaceValue(at: index, with: Array("\"\(name)\"".utf8))
        }
        let expected = splice.segments.flatMap { segment -> [UInt8] in
            switch segment {
            case .original(let range): Array(input[range])
            case .inserted(let bytes): bytes
            }
        }
        return spliced(input, .plain, nil, sizes: [input.count]) == expected
            ? nil : "the splice of what passes and the scanner's differ"
    }

    /// Whether the member's key stands before its value as `key`.
    private static func isWritten(_ member: JSONMember, as key: [UInt8], in input: [UInt8]) -> Bool {
        var end = member.value.lowerBound
        while end > 0, [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":")].contains(input[end - 1]) { end -= 1 }
        return end >= key.count && Array(input[(end - key.count)..<end]) == key
            && JSONScanner.key(member, in: input.span, equals: "model")
    }

    private static func spliced(
        _ input: [UInt8], _ framing: JSONPassingSplice.Framing, _ parent: String?, sizes: [Int]
    ) -> [UInt8] {
        var splice = JSONPassingSplice(framing, parent: parent, member: "model", replacement: name)
        var output: [UInt8] = []
        var start = 0
        var turn = 0
        while start < input.count {
            let end = min(input.count, start + max(1, sizes[turn % sizes.count]))
            var segments: [JSONSplice.Segment] = []
            splice.feed(input.span.extracting(start..<end), into: &segments)
            for segment in segments {
                switch segment {
                case .original(let range): output += input[(start + range.lowerBound)..<(start + range.upperBound)]
                case .inserted(let bytes): output += bytes
                }
            }
            start = end
            turn += 1
        }
        return output
    }
}
