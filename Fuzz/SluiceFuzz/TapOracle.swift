import SluiceWire

/// The tap captures what the scanner finds, in every split.
enum TapOracle {
    private static let names = ["usage", "model", "a", ""]

    static func check(_ input: [UInt8]) -> String? {
        let whole = captures(input, sizes: [input.count])
        for sizes in [[1], [2, 3], [7], [64, 1]] where captures(input, sizes: sizes) != whole {
            return "chunks of \(sizes) bytes give other captures"
        }
        var members: [JSONMember] = []
        do throws(JSONError) { try JSONScanner.scanObject(input.span, into: &members) } catch { return nil }
        for (index, name) in ["usage", "model", "a", ""].enumerated() {
            let found = members.last { member in
                switch index {
                case 0: JSONScanner.key(member, in: input.span, equals: "usage")
                case 1: JSONScanner.key(member, in: input.span, equals: "model")
                case 2: JSONScanner.key(member, in: input.span, equals: "a")
                default: JSONScanner.key(member, in: input.span, equals: "")
                }
            }
            let expected = found.flatMap { $0.value.count <= 40 ? Array(input[$0.value]) : nil }
            if whole[index] != expected { return "the tap and the scanner find another \"\(name)\"" }
        }
        return whole.last == [1] ? nil : "a valid object does not complete the tap"
    }

    /// The captures after feeding `input` in chunks whose sizes repeat, and whether the object was complete.
    private static func captures(_ input: [UInt8], sizes: [Int]) -> [[UInt8]?] {
        var tap = JSONMemberTap(names, limit: 40)
        var start = 0
        var turn = 0
        while start < input.count {
            let end = min(input.count, start + max(1, sizes[turn % sizes.count]))
            tap.feed(input.span.extracting(start..<end))
            start = end
            turn += 1
        }
        return names.map { tap.captured($0) } + [[tap.isComplete ? 1 : 0]]
    }
}
