/// Puts filler text into a whole JSON body without writing it there: the body is made with a mark in its place,
/// then cut.
enum FillerText {
    /// A mark that needs no escape and that no answer says: DEL is no byte of filler, and answers with filler quote
    /// nobody.
    private static let mark: [UInt8] = Array("\u{7F}sluice-mock-filler:".utf8)

    /// The text, or the mark and its length when it is filler.
    static func text(_ text: AnswerText) -> String {
        guard let bytes = text.fillerBytes else { return text.text }
        return String(decoding: mark, as: UTF8.self) + "\(bytes)\u{7F}"
    }

    /// Cuts a body at its marks.
    static func split(_ body: [UInt8]) -> [ReplyPlan.Segment] {
        guard body.contains(0x7F) else { return [.bytes(body)] }
        var segments: [ReplyPlan.Segment] = []
        var start = 0
        var index = 0
        while let next = body[index...].firstIndex(of: 0x7F) {
            index = next + 1
            guard body[next...].starts(with: mark) else { continue }
            let digits = body[(next + mark.count)...].prefix { (0x30...0x39).contains($0) }
            guard let count = Int(String(decoding: digits, as: UTF8.self)), digits.endIndex < body.count,
                body[digits.endIndex] == 0x7F
            else { continue }
            segments.append(.bytes(Array(body[start..<next])))
            segments.append(.filler(min(count, BehaviourValue.largestSize)))
            start = digits.endIndex + 1
            index = start
        }
        segments.append(.bytes(Array(body[start...])))
        return segments
    }
}
