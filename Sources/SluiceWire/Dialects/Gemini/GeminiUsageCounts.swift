/// The counts of one `usageMetadata` object as the vendor wrote them. Names in lowerCamelCase only: it is always
/// Google's own writing.
struct GeminiUsageCounts: JSONSink {
    private enum Field {
        case prompt, candidates, thoughts, cached, tools, total, promptDetails, candidatesDetails, other
    }
    private enum Detail { case modality, count, other }

    let base: UnsafeRawPointer
    private var field = Field.other
    private var detail = Detail.other
    private var isAudio = false
    private var count = 0
    private var prompt: Int?
    private var candidates: Int?
    private var total: Int?
    private var thoughts = 0
    private var cached = 0
    private var tools = 0
    private var audioInput = 0
    private var audioOutput = 0

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    /// The classes: details are taken out of the total that they are part of, and never exceed it.
    var usage: TokenUsage? {
        guard prompt != nil || candidates != nil || total != nil else { return nil }
        let input = max(0, prompt ?? 0)
        let output = max(0, candidates ?? 0)
        let read = min(max(0, cached), input)
        let audioIn = min(max(0, audioInput), input - read)
        let audioOut = min(max(0, audioOutput), output)
        return TokenUsage(
            uncachedInput: TokenUsage.sum(input - read - audioIn, max(0, tools)), cacheRead: read,
            audioInput: audioIn, output: output - audioOut, reasoning: thoughts, audioOutput: audioOut)
    }

    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        func isKey(_ name: StaticString) -> Bool {
            JSONText.equal(base, start, end, hasEscapes: hasEscapes, name)
        }
        if depth == 1 {
            field =
                if isKey("promptTokenCount") {
                    .prompt
                } else if isKey("candidatesTokenCount") {
                    .candidates
                } else if isKey("thoughtsTokenCount") {
                    .thoughts
                } else if isKey("cachedContentTokenCount") {
                    .cached
                } else if isKey("toolUsePromptTokenCount") {
                    .tools
                } else if isKey("totalTokenCount") {
                    .total
                } else if isKey("promptTokensDetails") {
                    .promptDetails
                } else if isKey("candidatesTokensDetails") {
                    .candidatesDetails
                } else {
                    .other
                }
        } else if depth == 3 {
            detail = isKey("modality") ? .modality : isKey("tokenCount") ? .count : .other
        }
        return true
    }

    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        if depth == 3 {
            if detail == .modality, kind == .string {
                isAudio = JSONText.equal(base, start, end, hasEscapes: hasEscapes, "AUDIO")
            } else if detail == .count, kind == .number {
                count = JSONNumber.integer(base, start, end) ?? 0
            }
            return true
        }
        guard depth == 1, kind == .number, let value = JSONNumber.integer(base, start, end) else { return true }
        switch field {
        case .prompt: prompt = value
        case .candidates: candidates = value
        case .thoughts: thoughts = value
        case .cached: cached = value
        case .tools: tools = value
        case .total: total = value
        case .promptDetails, .candidatesDetails, .other: break
        }
        return true
    }

    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 2 {
            isAudio = false
            count = 0
        }
        return true
    }

    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        guard depth == 2, isAudio else { return }
        if field == .promptDetails {
            audioInput = TokenUsage.sum(audioInput, max(0, count))
        } else if field == .candidatesDetails {
            audioOutput = TokenUsage.sum(audioOutput, max(0, count))
        }
    }
}
