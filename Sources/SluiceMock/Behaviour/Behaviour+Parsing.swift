extension Behaviour {
    /// Words that may stand in a model name and mean nothing, so that several names can be had for one behaviour.
    static let plainWords: Set<Substring> = [
        "small", "large", "mini", "embed", "embedding", "image", "speech", "audio", "moderation", "rerank", "stream",
    ]

    /// Reads the behaviour that a model name asks for, then what the `x-mock-*` headers ask; headers win.
    ///
    /// A name is `mock`, then any of `-<behaviour>`, `-<behaviour>-<value>`, `-<error status>`, a plain word or a
    /// single letter: `mock-tokens-500-token-delay-10ms`, `mock-429`, `mock-b`. Behind another name and a plus sign
    /// it means the same, see ``ModelName``. A name without any of this is somebody's alias and asks for nothing.
    ///
    /// Throws ``BehaviourError`` for a name or a header that means nothing: a test that misspells what it wants
    /// must not pass for the wrong reason.
    init(model: String, headers: some Sequence<(name: String, value: String)>) throws(BehaviourError) {
        self.init()
        try apply(model: model)
        for (name, value) in headers where Self.isMockHeader(name) {
            let lowercased = name.lowercased()
            guard let kind = BehaviourKind(rawValue: String(lowercased.dropFirst(7))) else {
                throw BehaviourError(
                    reason: .unknownHeader, subject: lowercased,
                    message: "Unknown header \(lowercased): GET / lists the behaviours that there are.")
            }
            try apply(kind, Self.trimmed(value), subject: lowercased)
        }
    }

    /// Whether the name begins with `x-mock-` in any case.
    private static func isMockHeader(_ name: String) -> Bool {
        let prefix: StaticString = "x-mock-"
        guard name.utf8.count > prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { expected in
            zip(name.utf8, expected).allSatisfy { $0 | ($0 == 0x2D ? 0 : 0x20) == $1 }
        }
    }

    private static func trimmed(_ value: String) -> Substring {
        var rest = value[...]
        while let first = rest.utf8.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
        while let last = rest.utf8.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
        return rest
    }

    private mutating func apply(model: String) throws(BehaviourError) {
        guard let asked = ModelName(model).behaviour else { return }
        let words = asked.split(separator: "-", maxSplits: 64, omittingEmptySubsequences: false).dropFirst()
        var index = words.startIndex
        while index < words.endIndex {
            let word = words[index]
            if let (kind, next) = Self.longestName(words[index...]) {
                index = next
                var value: Substring = ""
                if kind.value != .flag {
                    guard index < words.endIndex else {
                        throw Self.unknownModel(model, "\(kind.rawValue) needs a value, like \(kind.exampleValue)")
                    }
                    value = words[index]
                    index += 1
                    // The one value that has a dash of its own.
                    if kind == .errorBody, value == "echo", index < words.endIndex, words[index] == "key" {
                        value = "echo-key"
                        index += 1
                    }
                }
                do throws(BehaviourError) {
                    try apply(kind, value, subject: model)
                } catch {
                    throw Self.unknownModel(model, error.message)
                }
            } else if let status = BehaviourValue.status(word) {
                self.status = status
                index += 1
            } else if Self.plainWords.contains(word) || (word.utf8.count == 1 && word.allSatisfy(\.isLetter)) {
                index += 1
            } else {
                throw Self.unknownModel(model, "\(word) is no behaviour")
            }
        }
    }

    /// The behaviour whose name takes the most words from the front, and the index behind it.
    private static func longestName(
        _ words: ArraySlice<Substring>
    ) -> (BehaviourKind, ArraySlice<Substring>.Index)? {
        for length in stride(from: min(4, words.count), through: 1, by: -1) {
            let name = words.prefix(length).joined(separator: "-")
            if let kind = BehaviourKind(rawValue: name) { return (kind, words.startIndex + length) }
        }
        return nil
    }

    private static func unknownModel(_ model: String, _ why: String) -> BehaviourError {
        BehaviourError(
            reason: .unknownModel, subject: model,
            message: "The model `\(model)` does not exist: \(why). GET / lists the behaviours that there are.")
    }

    private mutating func apply(
        _ kind: BehaviourKind, _ text: Substring, subject: String
    ) throws(BehaviourError) {
        let invalid = BehaviourError(
            reason: .badValue, subject: subject,
            message: "\(kind.header): expected a \(kind.value.rawValue)"
                + (kind.exampleValue.isEmpty ? " (1 or 0)" : " like \(kind.exampleValue)") + ", found \"\(text)\".")
        switch kind.value {
        case .flag:
            guard let isOn = BehaviourValue.flag(text) else { throw invalid }
            apply(flag: kind, isOn)
        case .duration:
            guard let duration = BehaviourValue.duration(text) else { throw invalid }
            apply(duration: kind, duration)
        case .count:
            guard let count = BehaviourValue.count(text) else { throw invalid }
            if kind == .tokens || kind == .reasoning, count > BehaviourValue.mostTokens { throw invalid }
            if kind == .redactedThinking, count > 16 { throw invalid }
            apply(count: kind, count)
        case .size:
            guard let size = BehaviourValue.size(text) else { throw invalid }
            if kind == .replyBytes { replyBytes = size } else { eventBytes = min(max(1, size), 64 << 20) }
        case .status:
            guard let status = BehaviourValue.status(text) else { throw invalid }
            self.status = status
        case .text:
            guard let value = BehaviourValue.text(text), apply(text: kind, value) else { throw invalid }
        }
    }

    private mutating func apply(duration kind: BehaviourKind, _ duration: Duration) {
        switch kind {
        case .headerDelay: headerDelay = duration
        case .firstEventDelay: firstEventDelay = duration
        case .tokenDelay: tokenDelay = duration
        default: firstTokenDelay = duration
        }
    }

    private mutating func apply(count kind: BehaviourKind, _ count: Int) {
        switch kind {
        case .tokens: tokens = count
        case .toolCalls: toolCalls = min(count, 128)
        case .reasoning: reasoningTokens = count
        case .cachedTokens: cachedTokens = count
        case .cacheWriteTokens: cacheWrittenTokens = count
        case .cacheWriteHourTokens: cacheWrittenHourTokens = count
        case .redactedThinking: redactedBlocks = count
        case .fail: failures = count
        case .cutAfter: fault = Fault(kind: .cut, after: count)
        case .resetAfter: fault = Fault(kind: .reset, after: count)
        case .stallAfter: fault = Fault(kind: .stall, after: count)
        case .endAfter: fault = Fault(kind: .end, after: count)
        case .errorAfter: fault = Fault(kind: .error, after: count)
        case .malformedAfter: fault = Fault(kind: .malformed, after: count)
        case .badFramingAfter: fault = Fault(kind: .badFraming, after: count)
        default: assertionFailure("\(kind) has no count")
        }
    }

    private mutating func apply(text kind: BehaviourKind, _ value: String) -> Bool {
        switch kind {
        case .retryAfter: retryAfter = value
        case .errorCode: errorCode = value
        case .failKey: failureKey = value
        case .finish: finish = value
        case .streamError: streamError = value
        default:
            guard let body = ErrorBody(rawValue: value) else { return false }
            errorBody = body
        }
        return true
    }

    private mutating func apply(flag kind: BehaviourKind, _ isOn: Bool) {
        switch kind {
        case .slow:
            firstTokenDelay = isOn ? .milliseconds(300) : .zero
            tokenDelay = isOn ? .milliseconds(50) : .zero
        case .hang: hangs = isOn
        case .echo: echoes = isOn
        case .refuse: refuses = isOn
        case .lenient: isLenient = isOn
        case .drop: drops = isOn
        case .errorIn200: errorsIn200 = isOn
        case .noUsage: usage = isOn ? .absent : .normal
        case .usageNull: usage = isOn ? .null : .normal
        case .usageInLastChunk: usage = isOn ? .inLastChunk : .normal
        case .noDone: hasDone = !isOn
        case .twoTerminals: repeatsLastEvent = isOn
        case .oneByte: isOneByteAtATime = isOn
        case .crlf: sse.hasCRLF = isOn
        case .interleavedCalls: calls.order = isOn ? .interleaved : .oneByOne
        case .callsInOneChunk: calls.order = isOn ? .inOneChunk : .oneByOne
        case .emptyArguments: calls.arguments = isOn ? .empty : .fitting
        case .invalidArguments: calls.arguments = isOn ? .invalid : .fitting
        case .foreignIDs: calls.hasForeignIDs = isOn
        case .reasoningAlias: hasReasoningAlias = isOn
        case .blockPrompt: blocksPrompt = isOn
        case .splitCharacters: splitsCharacters = isOn
        case .surrogateHalves: sse.hasSurrogateHalves = isOn
        case .comments: sse.hasComments = isOn
        case .noSpace: sse.hasSpace = !isOn
        case .byteOrderMark: sse.hasByteOrderMark = isOn
        case .gzip: isGzipped = isOn
        case .noContentLength: hasContentLength = !isOn
        case .close: closing = isOn ? .announced : .keepAlive
        case .closeIdle: closing = isOn ? .silent : .keepAlive
        case .setCookie: hasForeignHeaders = isOn
        case .rateLimit: hasRateLimitHeaders = isOn
        default: assertionFailure("\(kind) is no flag")
        }
    }
}
