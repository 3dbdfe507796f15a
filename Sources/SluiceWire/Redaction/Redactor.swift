/// Makes what rules name in a body unreadable, and leaves all else as it was, byte for byte.
///
/// JSON is looked at as what it means and stays JSON: patterns are looked for in the decoded texts of strings and in the JSON that
/// strings hold, as the arguments of tools are; what is found is replaced by `[redacted:...]` within the string, the value of a named
/// field by `[redacted]` or, where it is no string, by `null`. The deltas of a stream are one text: a place that several events share
/// is found, and its replacement stands in the first of them.
///
/// ```swift
/// let redactor = Redactor(RedactionRules())
/// redactor.redact(Array(#"{"content":"write to ann@example.com"}"#.utf8), as: .json)
/// // {"content":"write to [redacted:email]"}
/// ```
public struct Redactor: Sendable {
    /// A body that was made safe.
    public struct Result: Sendable, Equatable {
        /// The body.
        public var bytes: [UInt8]
        /// How many places were replaced.
        public var count: Int
    }

    /// What is put in the place of a range.
    struct Replacement {
        var range: Range<Int>
        var text: [UInt8]
        /// Whether it is a place of its own, and not the rest of one that several strings share.
        var counts = true
    }

    /// JSON within a string of JSON, and so on.
    static let deepestNesting = 4
    static let field = Array("[redacted]".utf8)
    static let null = Array("null".utf8)

    let rules: RedactionRules

    /// Makes a redactor.
    public init(_ rules: RedactionRules) {
        self.rules = rules
    }

    /// Redacts a body. `isCut` says that its end is missing: a pattern may have begun there, so that the last word is left out.
    public func redact(_ body: [UInt8], as form: BodyForm, isCut: Bool = false) -> Result {
        guard !self.rules.isEmpty else { return Result(bytes: body, count: 0) }
        var body = body
        if isCut { body.removeLast(Self.unfinished(body)) }
        let replacements =
            switch form {
            case .json: self.replacements(inJSON: body, depth: 0)
            case .array: self.replacements(inEvents: body, [0..<body.count], isCut: isCut)
            case .events: self.replacements(inEvents: body, isCut: isCut)
            case .lines: self.replacements(inEvents: body, Self.lines(body), isCut: isCut)
            case .frames, .text: self.replacements(inText: body)
            }
        return Self.apply(replacements, to: body)
    }

    /// How many bytes at the end of a cut text may be the beginning of something that is looked for.
    static func unfinished(_ text: [UInt8]) -> Int {
        let longest = 512
        var end = text.count
        func goBack(while isIn: (UInt8) -> Bool) {
            while end > 0, text.count - end < longest, isIn(text[end - 1]) { end -= 1 }
        }
        goBack { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: ",") }
        // The groups of a card's number before it.
        goBack { $0.isDigit || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }
        while end > 0, end < text.count, text[end].isContinuation { end -= 1 }
        return text.count - end
    }

    /// Puts the replacements in their places. Those that overlap others are joined with them.
    static func apply(_ replacements: [Replacement], to body: [UInt8]) -> Result {
        guard !replacements.isEmpty else { return Result(bytes: body, count: 0) }
        var result: [UInt8] = []
        result.reserveCapacity(body.count)
        var position = 0
        var count = 0
        for replacement in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            guard replacement.range.lowerBound >= position else {
                position = max(position, replacement.range.upperBound)
                continue
            }
            result += body[position..<replacement.range.lowerBound]
            result += replacement.text
            position = replacement.range.upperBound
            if replacement.counts { count += 1 }
        }
        result += body[min(position, body.count)...]
        return Result(bytes: result, count: count)
    }
}
