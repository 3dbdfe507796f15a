/// The counts of one `usage` object as the vendor wrote them.
struct OpenAIUsageCounts: JSONSink {
    private enum Field { case prompt, completion, total, cached, inputDetails, outputDetails, other }
    private enum Detail { case cached, cacheWrite, audio, reasoning, other }

    let base: UnsafeRawPointer
    private var field = Field.other
    private var detail = Detail.other
    private var prompt: Int?
    private var completion: Int?
    private var total: Int?
    private var cached = 0
    private var cacheWrite = 0
    private var audioInput = 0
    private var audioOutput = 0
    private var reasoning = 0

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    /// The classes: details are taken out of the total that they are part of, and never exceed it.
    var usage: TokenUsage? {
        guard prompt != nil || completion != nil || total != nil else { return nil }
        let output = max(0, completion ?? 0)
        // Rerankers and some embedding servers give the total alone.
        let input = max(0, prompt ?? max(0, max(0, total ?? 0) - output))
        let read = min(max(0, cached), input)
        let write = min(max(0, cacheWrite), input - read)
        let audioIn = min(max(0, audioInput), input - read - write)
        let audioOut = min(max(0, audioOutput), output)
        var thought = max(0, reasoning)
        var text = output - audioOut
        // A total that counts reasoning beside the completion says that the completion does not hold it.
        if thought == 0 || total != TokenUsage.sum(TokenUsage.sum(input, output), thought) {
            thought = min(thought, text)
            text -= thought
        }
        return TokenUsage(
            uncachedInput: input - read - write - audioIn, cacheRead: read, cacheWrite5m: write,
            audioInput: audioIn, output: text, reasoning: thought, audioOutput: audioOut)
    }

    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        func isKey(_ name: StaticString) -> Bool {
            JSONText.equal(base, start, end, hasEscapes: hasEscapes, name)
        }
        if depth == 1 {
            field =
                if isKey("prompt_tokens") || isKey("input_tokens") {
                    .prompt
                } else if isKey("completion_tokens") || isKey("output_tokens") {
                    .completion
                } else if isKey("total_tokens") {
                    .total
                } else if isKey("prompt_tokens_details") || isKey("input_tokens_details")
                    || isKey("input_token_details")
                {
                    .inputDetails
                } else if isKey("completion_tokens_details") || isKey("output_tokens_details")
                    || isKey("output_token_details")
                {
                    .outputDetails
                } else if isKey("cached_tokens") || isKey("prompt_cache_hit_tokens") {
                    // Together's and DeepSeek's own names, beside the totals (their API references, read 2026-11).
                    .cached
                } else {
                    .other
                }
        } else if depth == 2 {
            detail =
                if isKey("cached_tokens") {
                    .cached
                } else if isKey("cache_write_tokens") {
                    .cacheWrite
                } else if isKey("audio_tokens") {
                    .audio
                } else if isKey("reasoning_tokens") {
                    .reasoning
                } else {
                    .other
                }
        }
        return true
    }

    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        guard kind == .number, let value = JSONNumber.integer(base, start, end) else { return true }
        switch (depth, field, detail) {
        case (1, .prompt, _): prompt = value
        case (1, .completion, _): completion = value
        case (1, .total, _): total = value
        case (1, .cached, _): cached = value
        case (2, .inputDetails, .cached): cached = value
        case (2, .inputDetails, .cacheWrite): cacheWrite = value
        case (2, .inputDetails, .audio): audioInput = value
        case (2, .outputDetails, .audio): audioOutput = value
        case (2, .outputDetails, .reasoning): reasoning = value
        default: break
        }
        return true
    }

    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool { true }
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {}
}
