/// Looks into `type`, `message`, `content_block`, `delta`, `usage`, `stop_reason` and `error` of an event or a message.
struct AnthropicEventSink: JSONSink {
    private enum Top: UInt8 { case type, message, block, delta, usage, stopReason, error, other }
    private enum Inner: UInt8 { case type, usage, stopReason, signature, other }

    let base: UnsafeRawPointer
    private var top = Top.other
    private var inner = Inner.other
    private var typeStart = 0
    private var typeEnd = 0
    private var usageStart = 0
    private var usageEnd = 0
    private var reasonStart = 0
    private var reasonEnd = 0
    private var reasonHasEscapes = false
    private var hasText = false
    private var textBytes = 0
    private var isPlainBlock = false
    private var hasError = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    /// The counts of `usage`.
    var counts: AnthropicUsageCounts? {
        guard usageEnd > usageStart else { return nil }
        let raw = UnsafeRawBufferPointer(start: base + usageStart, count: usageEnd - usageStart)
        return AnthropicUsageCounts(parsing: raw.bindMemory(to: UInt8.self).span)
    }

    /// The value of `stop_reason`, when it is a text.
    var stopReason: String? {
        guard reasonEnd > reasonStart else { return nil }
        return JSONText.decode(base, reasonStart, reasonEnd, hasEscapes: reasonHasEscapes)
    }

    @inline(__always)
    func event(fallback: String?) -> AnthropicStreamEvent {
        func isType(_ name: StaticString) -> Bool {
            if typeEnd > typeStart { return ByteScan.equal(base, typeStart, typeEnd, name) }
            return fallback.map { $0 == name.description } ?? false
        }
        // By how often they come.
        if isType("content_block_delta") {
            return AnthropicStreamEvent(hasText ? .content : .other, hasContent: hasText, contentBytes: textBytes)
        }
        if isType("content_block_start") {
            let hasContent = hasText || !isPlainBlock
            return AnthropicStreamEvent(hasContent ? .content : .start, hasContent: hasContent)
        }
        if isType("message_delta") {
            let reason = stopReason
            return AnthropicStreamEvent(reason == nil ? .usage : .finish, stopReason: reason, counts: counts)
        }
        if isType("message_start") { return AnthropicStreamEvent(.start, counts: counts) }
        if isType("message_stop") { return AnthropicStreamEvent(.terminal) }
        if isType("ping") { return AnthropicStreamEvent(.ping) }
        if isType("error") || (hasError && typeEnd == typeStart) { return AnthropicStreamEvent(.error) }
        return AnthropicStreamEvent(.other)
    }

    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        func isKey(_ name: StaticString) -> Bool {
            JSONText.equal(base, start, end, hasEscapes: hasEscapes, name)
        }
        if depth == 1 {
            top =
                if isKey("type") {
                    .type
                } else if isKey("delta") {
                    .delta
                } else if isKey("content_block") {
                    .block
                } else if isKey("message") {
                    .message
                } else if isKey("usage") {
                    .usage
                } else if isKey("stop_reason") {
                    .stopReason
                } else if isKey("error") {
                    .error
                } else {
                    .other
                }
        } else if depth == 2 {
            inner =
                if isKey("type") {
                    .type
                } else if isKey("usage") {
                    .usage
                } else if isKey("stop_reason") {
                    .stopReason
                } else if isKey("signature") {
                    .signature
                } else {
                    .other
                }
        }
        return true
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        guard kind == .string, end > start else { return true }
        if depth == 1 {
            switch top {
            case .type:
                typeStart = start
                typeEnd = end
            case .stopReason: keepReason(start, end, hasEscapes)
            case .error: hasError = true
            default: break
            }
        } else if depth == 2 {
            switch (top, inner) {
            case (.delta, .stopReason): keepReason(start, end, hasEscapes)
            case (.delta, .type): break
            case (.block, .type):
                isPlainBlock = ByteScan.equal(base, start, end, "text") || ByteScan.equal(base, start, end, "thinking")
            case (.delta, .signature): hasText = true
            case (.delta, _):
                hasText = true
                textBytes = end - start
            case (.block, _): hasText = true
            default: break
            }
        } else if top == .delta {
            // A citation, or whatever else has an inside.
            hasText = true
        }
        return true
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if kind == .object {
            if (depth == 1 && top == .usage) || (depth == 2 && top == .message && inner == .usage) {
                usageStart = offset
                usageEnd = 0
            } else if depth == 1, top == .error {
                hasError = true
            }
        }
        return true
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        guard kind == .object else { return }
        if (depth == 1 && top == .usage) || (depth == 2 && top == .message && inner == .usage) { usageEnd = end }
    }

    private mutating func keepReason(_ start: Int, _ end: Int, _ hasEscapes: Bool) {
        reasonStart = start
        reasonEnd = end
        reasonHasEscapes = hasEscapes
    }
}
