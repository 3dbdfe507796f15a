/// Looks at `type`, `sequence_number`, `delta`, `error`, and `usage`, `status` and `incomplete_details` of `response`.
struct OpenAIResponsesEventSink: JSONSink {
    private enum Top: UInt8 { case type, sequenceNumber, delta, response, error, other }
    private enum Inner: UInt8 { case usage, status, incompleteDetails, other }

    let base: UnsafeRawPointer
    private var top = Top.other
    private var inner = Inner.other
    private var isReason = false
    private var type = 0..<0
    private var status = 0..<0
    private var reason = 0..<0
    private var usageStart = 0
    private var usageEnd = 0
    private var sequenceNumber: Int?
    private var deltaBytes = 0
    private var hasError = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    func event(fallback: String?) -> OpenAIStreamEvent {
        var kind = OpenAIStreamEvent.Kind.other
        if !type.isEmpty {
            kind = Self.kind(base + type.lowerBound, type.count)
        } else if var fallback {
            kind = fallback.withUTF8 { name in
                name.baseAddress.map { Self.kind(UnsafeRawPointer($0), name.count) } ?? .other
            }
        }
        if hasError, kind == .other { kind = .error }
        let isEnd = kind == .done || kind == .error
        let finish = !reason.isEmpty ? reason : status
        return OpenAIStreamEvent(
            kind, hasContent: kind == .content, contentBytes: kind == .content ? deltaBytes : 0,
            finishReason: isEnd && !finish.isEmpty ? JSONText.raw(base, finish.lowerBound, finish.upperBound) : nil,
            usage: usageEnd > 0 ? OpenAIUsage.parse(base, usageStart, usageEnd) : nil,
            sequenceNumber: sequenceNumber)
    }

    private static func kind(_ name: UnsafeRawPointer, _ count: Int) -> OpenAIStreamEvent.Kind {
        func isName(_ text: StaticString) -> Bool { ByteScan.equal(name, 0, count, text) }
        if count > 6, ByteScan.equal(name, count - 6, count, ".delta") { return .content }
        if isName("response.created") || isName("response.in_progress") || isName("response.queued") { return .start }
        if isName("response.completed") || isName("response.incomplete") { return .done }
        if isName("error") || isName("response.failed") || isName("response.error") { return .error }
        return .other
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
                } else if isKey("sequence_number") {
                    .sequenceNumber
                } else if isKey("delta") {
                    .delta
                } else if isKey("response") {
                    .response
                } else if isKey("error") {
                    .error
                } else {
                    .other
                }
        } else if depth == 2, top == .response {
            inner =
                if isKey("usage") {
                    .usage
                } else if isKey("status") {
                    .status
                } else if isKey("incomplete_details") {
                    .incompleteDetails
                } else {
                    .other
                }
        } else if depth == 3, top == .response {
            isReason = isKey("reason")
        }
        return true
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        if depth == 1 {
            switch top {
            case .type where kind == .string: type = start..<end
            case .sequenceNumber where kind == .number: sequenceNumber = JSONNumber.integer(base, start, end)
            case .delta where kind == .string: deltaBytes = end - start
            case .error where kind == .string: hasError = true
            default: break
            }
        } else if top == .response, kind == .string {
            if depth == 2, inner == .status {
                status = start..<end
            } else if depth == 3, inner == .incompleteDetails, isReason {
                reason = start..<end
            }
        }
        return true
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 2, top == .response, inner == .usage, kind == .object { usageStart = offset }
        if depth == 1, top == .error { hasError = true }
        return true
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        if depth == 2, top == .response, inner == .usage, kind == .object { usageEnd = end }
    }
}
