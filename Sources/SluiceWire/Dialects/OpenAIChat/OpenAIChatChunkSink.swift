/// Looks into `choices[]`, its `delta` and `text`, `usage`, `error` and `object` of a chunk.
struct OpenAIChatChunkSink: JSONSink {
    private enum Top: UInt8 { case choices, usage, error, object, other }
    private enum Choice: UInt8 { case delta, finishReason, text, other }

    let base: UnsafeRawPointer
    private var top = Top.other
    private var choice = Choice.other
    private var isRole = false
    private var hasEmptyChoices = false
    private var hasChoice = false
    private var hasContent = false
    private var contentBytes = 0
    private var hasError = false
    private var usageStart = 0
    private var usageEnd = 0
    private var reasonStart = 0
    private var reasonEnd = 0
    private var reasonHasEscapes = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    @inline(__always)
    func event(isError: Bool) -> OpenAIStreamEvent {
        let usage = usageEnd > 0 ? OpenAIUsage.parse(base, usageStart, usageEnd) : nil
        let reason =
            reasonEnd > reasonStart
            ? JSONText.decode(base, reasonStart, reasonEnd, hasEscapes: reasonHasEscapes) : nil
        let kind: OpenAIStreamEvent.Kind =
            if hasError || isError {
                .error
            } else if hasEmptyChoices, !hasChoice, usage != nil {
                .usageOnly
            } else if reason != nil {
                .finish
            } else if hasContent {
                .content
            } else if hasChoice {
                .start
            } else {
                .other
            }
        return OpenAIStreamEvent(
            kind, hasContent: hasContent, contentBytes: contentBytes, finishReason: reason, usage: usage)
    }

    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        func isKey(_ name: StaticString) -> Bool {
            JSONText.equal(base, start, end, hasEscapes: hasEscapes, name)
        }
        switch depth {
        case 1:
            top =
                if isKey("choices") {
                    .choices
                } else if isKey("usage") {
                    .usage
                } else if isKey("object") {
                    .object
                } else if isKey("error") {
                    .error
                } else {
                    .other
                }
        case 3 where top == .choices:
            choice =
                if isKey("delta") {
                    .delta
                } else if isKey("finish_reason") {
                    .finishReason
                } else if isKey("text") {
                    .text
                } else {
                    .other
                }
        case 4 where top == .choices:
            isRole = isKey("role")
        default:
            break
        }
        return true
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        if depth == 2, top == .choices { hasChoice = true }
        guard kind != .null else { return true }
        if top == .choices {
            if depth == 3, kind == .string, end > start {
                if choice == .finishReason {
                    reasonStart = start
                    reasonEnd = end
                    reasonHasEscapes = hasEscapes
                } else if choice == .text {
                    hasContent = true
                    contentBytes &+= end &- start
                }
            } else if depth >= 4, choice == .delta, !isRole {
                // A string of the delta itself, or anything inside a tool call or another part.
                if depth > 4 || (kind == .string && end > start) { hasContent = true }
                // One level down stand sounds, whose bytes are no text.
                if kind == .string, depth != 5 { contentBytes &+= end &- start }
            }
        } else if depth == 1 {
            if top == .error {
                hasError = kind != .false
            } else if top == .object, kind == .string, ByteScan.equal(base, start, end, "error") {
                hasError = true
            }
        }
        return true
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 1 {
            switch top {
            case .usage where kind == .object: usageStart = offset
            case .choices where kind == .array: hasEmptyChoices = true
            case .error: hasError = true
            default: break
            }
        } else if depth == 2, top == .choices {
            hasChoice = true
            choice = .other
        }
        return true
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        if depth == 1, top == .usage, kind == .object { usageEnd = end }
    }
}
