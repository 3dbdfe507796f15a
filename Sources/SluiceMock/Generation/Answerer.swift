/// Decides what the mock says. The same request and behaviour give the same answer, always.
enum Answerer {
    /// How much of the user's text is said back.
    private static let quotedBytes = 240
    /// Tokens of reasoning when a request asks for it and no behaviour says how many.
    private static let usualReasoning = 6
    /// How much an echo in several choices may come to.
    private static let mostEchoBytes = 64 << 20

    static func answer(_ request: GenerationRequest, _ behaviour: Behaviour) -> Answer {
        let seed = request.seed
        let isRefused = behaviour.refuses || behaviour.blocksPrompt
        let calls = isRefused ? [] : toolCalls(request, behaviour, seed)
        var text: AnswerText
        var finish = Answer.Finish.stop
        if isRefused {
            text = AnswerText(first: AnswerText.tokens(of: "I cannot help with that request."), count: nil, seed: seed)
            finish = .refusal
        } else if !calls.isEmpty {
            text = AnswerText(first: [], count: 0, seed: seed)
            finish = .toolCalls
        } else {
            text = self.text(request, behaviour, seed)
        }
        var reasoning: AnswerText?
        let reasoningTokens = behaviour.reasoningTokens ?? (request.asksToThink ? usualReasoning : 0)
        if reasoningTokens > 0 {
            reasoning = AnswerText(first: ["Let ", "me ", "think: "], count: reasoningTokens, seed: ~seed)
        }
        if let limit = request.tokenLimit {
            let left = max(0, limit - (reasoning?.count ?? 0))
            if reasoning?.cut(to: limit) == true { finish = .length }
            if calls.isEmpty, text.cut(to: left), finish != .refusal { finish = .length }
        }
        let callTokens = calls.reduce(0) { $0 + ($1.name.utf8.count + $1.arguments.utf8.count + 3) / 4 }
        var usage = TokenUsage(
            prompt: request.promptTokens,
            completion: (text.count + callTokens) * request.choiceCount + (reasoning?.count ?? 0),
            reasoning: reasoning?.count ?? 0)
        usage.cached = min(behaviour.cachedTokens, usage.fresh)
        usage.written = min(behaviour.cacheWrittenTokens, usage.fresh)
        usage.writtenHour = min(behaviour.cacheWrittenHourTokens, usage.fresh)
        return Answer(
            seed: seed, text: text, reasoning: reasoning, toolCalls: calls, redactedBlocks: behaviour.redactedBlocks,
            finish: finish, finishWord: behaviour.finish, usage: usage)
    }

    /// The time that a whole reply takes: what a stream of the same tokens would.
    static func generationDelay(_ answer: Answer, _ behaviour: Behaviour) -> Duration {
        guard behaviour.firstTokenDelay > .zero || behaviour.tokenDelay > .zero else { return .zero }
        let tokens = answer.text.count + (answer.reasoning?.count ?? 0)
        return min(BehaviourValue.longestDelay, behaviour.firstTokenDelay + behaviour.tokenDelay * max(0, tokens - 1))
    }

    // MARK: Text

    private static func text(_ request: GenerationRequest, _ behaviour: Behaviour, _ seed: UInt64) -> AnswerText {
        if let bytes = behaviour.replyBytes {
            return AnswerText(fillerBytes: bytes, pieceBytes: behaviour.eventBytes ?? 1024)
        }
        if let piece = behaviour.eventBytes {
            return AnswerText(fillerBytes: piece * max(1, behaviour.tokens ?? 1), pieceBytes: piece)
        }
        if request.outputSchema != nil || request.wantsJSONObject {
            let value = SchemaExample(seed: seed).text(for: request.outputSchema)
            return AnswerText(first: AnswerText.tokens(of: value), count: nil, seed: seed)
        }
        // A whole reply is held in memory, so that several choices share the limit.
        let most = request.isStreaming ? BehaviourValue.mostTokens : BehaviourValue.mostTokens / request.choiceCount
        let tokens = behaviour.tokens.map { min($0, most) }
        let words: String
        if behaviour.echoes {
            let echo = request.toolResult ?? request.lastUserText
            words = echo.utf8.count * request.choiceCount <= mostEchoBytes ? echo : quoted(echo)
        } else if let result = request.toolResult {
            words = "The tool answered: \(quoted(result))"
        } else if request.lastUserText.isEmpty {
            words = "This is the mock model. Nothing was said."
        } else {
            words = "This is the mock model. You said: \(quoted(request.lastUserText))"
        }
        var pieces = AnswerText.tokens(of: words)
        if behaviour.sse.hasSurrogateHalves { pieces = SurrogateHalves.split(pieces) }
        return AnswerText(first: pieces, count: tokens, seed: seed)
    }

    /// The beginning of a text, cut between characters.
    private static func quoted(_ text: String) -> String {
        guard text.utf8.count > quotedBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: quotedBytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            text.utf8.formIndex(before: &end)
        }
        return String(text[..<end]) + "..."
    }

    // MARK: Tools

    private static func toolCalls(
        _ request: GenerationRequest, _ behaviour: Behaviour, _ seed: UInt64
    ) -> [Answer.ToolCall] {
        guard !request.tools.isEmpty, request.toolChoice != .none else { return [] }
        var chosen: [GenerationRequest.OfferedTool]
        if let count = behaviour.toolCalls {
            guard request.toolResult == nil else { return [] }
            chosen = (0..<count).map { request.tools[$0 % request.tools.count] }
        } else {
            switch request.toolChoice {
            case .none: return []
            case .named(let name): chosen = request.tools.filter { $0.name == name }.prefix(1).map { $0 }
            case .required:
                chosen = request.tools.filter { isAskedFor($0, in: request.lastUserText) }
                if chosen.isEmpty { chosen = [request.tools[0]] }
            case .auto:
                guard request.toolResult == nil else { return [] }
                chosen = request.tools.filter { isAskedFor($0, in: request.lastUserText) }
            }
        }
        if !request.allowsParallelTools { chosen = Array(chosen.prefix(1)) }
        return chosen.enumerated().map { index, tool in
            let example = SchemaExample(seed: DeterministicHash.mix(seed, index + 100))
            let arguments = tool.isCustom ? example.word() : example.text(for: tool.schema)
            return Answer.ToolCall(
                digits: DeterministicHash.digits(seed, index + 1), name: tool.name,
                arguments: spelled(arguments, behaviour.calls.arguments), isCustom: tool.isCustom,
                foreignID: behaviour.calls.hasForeignIDs ? "functions.\(tool.name):\(index)" : nil)
        }
    }

    private static func spelled(_ arguments: String, _ style: CallStyle.Arguments) -> String {
        switch style {
        case .fitting: arguments
        case .empty: ""
        case .invalid: #"{"city": "Par"#
        }
    }

    /// Whether the text asks for the tool: it holds a word of at least four letters of the tool's name, in any
    /// case, as "What is the weather?" does for `get_weather`.
    private static func isAskedFor(_ tool: GenerationRequest.OfferedTool, in text: String) -> Bool {
        let haystack = Array(text.utf8.prefix(64 * 1024)).map(lowercased)
        let words = tool.name.utf8.map(lowercased).split { !(0x61...0x7A).contains($0) }
        return words.contains { word in word.count >= 4 && contains(haystack, word) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func contains(_ haystack: [UInt8], _ needle: ArraySlice<UInt8>) -> Bool {
        guard let first = needle.first, haystack.count >= needle.count else { return false }
        for start in 0...(haystack.count - needle.count) where haystack[start] == first {
            if haystack[start..<(start + needle.count)].elementsEqual(needle) { return true }
        }
        return false
    }
}
