/// Looks into `candidates[]`, `usageMetadata`, `promptFeedback` and `error` of a chunk.
struct GeminiChunkSink: JSONSink {
    private enum Top: UInt8 { case candidates, usage, feedback, error, other }
    private enum Member: UInt8 { case content, finishReason, other }

    let base: UnsafeRawPointer
    private var top = Top.other
    private var member = Member.other
    /// Whether the value is a part's text, data or call.
    private var isPiece = false
    private var isBlockReason = false
    private var hasContent = false
    private var hasError = false
    private var usageStart = 0
    private var usageEnd = 0
    private var reasonStart = 0
    private var reasonEnd = 0
    private var reasonHasEscapes = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    var event: GeminiStreamEvent {
        let usage = usageEnd > 0 ? GeminiUsage.parse(base, usageStart, usageEnd) : nil
        let reason =
            reasonEnd > reasonStart
            ? JSONText.decode(base, reasonStart, reasonEnd, hasEscapes: reasonHasEscapes) : nil
        let kind: GeminiStreamEvent.Kind =
            if hasError {
                .error
            } else if reason != nil {
                .finish
            } else if hasContent {
                .content
            } else {
                .other
            }
        return GeminiStreamEvent(kind, hasContent: hasContent, finishReason: reason, usage: usage)
    }

    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        func isKey(_ name: StaticString) -> Bool {
            JSONText.equal(base, start, end, hasEscapes: hasEscapes, name)
        }
        switch depth {
        case 1:
            top =
                if isKey("candidates") {
                    .candidates
                } else if isKey("usageMetadata") {
                    .usage
                } else if isKey("promptFeedback") {
                    .feedback
                } else if isKey("error") {
                    .error
                } else {
                    .other
                }
        case 2 where top == .feedback:
            isBlockReason = isKey("blockReason")
        case 3 where top == .candidates:
            member = isKey("content") ? .content : isKey("finishReason") ? .finishReason : .other
        case 6 where top == .candidates && member == .content:
            isPiece = !(isKey("thought") || isKey("thoughtSignature"))
        default:
            break
        }
        return true
    }

    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        switch (depth, top) {
        case (1, .error): hasError = kind != .null && kind != .false
        case (2, .feedback) where isBlockReason && kind == .string && reasonEnd == 0:
            keepReason(start, end, hasEscapes)
        case (3, .candidates) where member == .finishReason && kind == .string:
            if !JSONText.equal(base, start, end, hasEscapes: hasEscapes, "FINISH_REASON_UNSPECIFIED") {
                keepReason(start, end, hasEscapes)
            }
        case (6, .candidates) where member == .content && isPiece && kind == .string && end > start:
            hasContent = true
        default: break
        }
        return true
    }

    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 1 {
            if top == .usage, kind == .object { usageStart = offset }
            if top == .error { hasError = true }
        } else if depth == 6, top == .candidates, member == .content, isPiece {
            hasContent = true
        }
        return true
    }

    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        if depth == 1, top == .usage, kind == .object { usageEnd = end }
    }

    private mutating func keepReason(_ start: Int, _ end: Int, _ hasEscapes: Bool) {
        reasonStart = start
        reasonEnd = end
        reasonHasEscapes = hasEscapes
    }
}
