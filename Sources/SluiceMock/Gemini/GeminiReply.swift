import SluiceWire

/// Writes whole answers and the parts that they share with streams, in the shape of Gemini.
struct GeminiReply: Sendable {
    let request: GenerationRequest
    let answer: Answer
    let usageStyle: Behaviour.UsageStyle
    /// Whether thoughts are shown; they are counted in any case.
    let showsThoughts: Bool
    let isPromptBlocked: Bool
    private let model: GeminiModel

    init(_ request: GenerationRequest, _ config: JSONNode?, _ behaviour: Behaviour) {
        self.request = request
        answer = Answerer.answer(request, behaviour)
        usageStyle = behaviour.usage
        let asked = config?["thinkingConfig"]?["includeThoughts"]?.boolValue
        showsThoughts = asked ?? (behaviour.reasoningTokens != nil)
        isPromptBlocked = behaviour.blocksPrompt
        model = GeminiModel(ModelName(request.model))
    }

    /// Whether the answer carries signatures.
    var isSigned: Bool { model.needsSignatures || answer.reasoning != nil }

    var finishReason: String {
        if let word = answer.finishWord { return word }
        return switch answer.finish {
        case .stop, .toolCalls: "STOP"
        case .length: "MAX_TOKENS"
        case .refusal: "SAFETY"
        }
    }

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(
            .json(capacity: 1024) { json in
                writeBody(isLast: true, to: &json) { json in
                    if showsThoughts, let reasoning = answer.reasoning {
                        Self.writeThought(reasoning.text, to: &json)
                    }
                    if answer.hasText, answer.finish != .refusal {
                        writeText(
                            FillerText.text(answer.text), isSigned: isSigned && answer.toolCalls.isEmpty, to: &json)
                    }
                    for index in answer.toolCalls.indices { writeCall(index, to: &json) }
                }
            })
    }

    /// Writes the members of a response; `parts` writes the parts of its content. `made` is what was made of the answer so far, as a chunk of
    /// a stream says it; `nil`: all.
    func writeBody(
        isLast: Bool,
        made: (thoughts: Int, text: Int)? = nil,
        to json: inout JSONWriter,
        _ parts: (inout JSONWriter) -> Void
    ) {
        if isPromptBlocked {
            json.object("promptFeedback") { json in
                json.member("blockReason", answer.finishWord ?? "SAFETY")
                Self.writeRatings(isBlocked: true, to: &json)
            }
        } else {
            json.array("candidates") { json in
                for index in 0..<request.choiceCount { writeCandidate(index, isLast: isLast, to: &json, parts) }
            }
        }
        writeUsage(made, to: &json)
        json.member("modelVersion", request.model)
        json.member("responseId", DeterministicHash.digits(answer.seed))
    }

    private func writeCandidate(
        _ index: Int, isLast: Bool, to json: inout JSONWriter, _ parts: (inout JSONWriter) -> Void
    ) {
        json.object { json in
            // What is blocked has no content at all.
            if answer.finish != .refusal {
                json.object("content") { json in
                    json.array("parts", parts)
                    json.member("role", "model")
                }
            }
            if isLast {
                json.member("finishReason", finishReason)
                if answer.finishWord != nil { json.member("finishMessage", "The mock model was told to finish so.") }
            }
            json.member("index", index)
            if answer.finish == .refusal { Self.writeRatings(isBlocked: true, to: &json) }
        }
    }

    private static func writeRatings(isBlocked: Bool, to json: inout JSONWriter) {
        json.array("safetyRatings") { json in
            json.object { json in
                json.member("category", "HARM_CATEGORY_DANGEROUS_CONTENT")
                json.member("probability", "HIGH")
                json.member("blocked", isBlocked)
            }
        }
    }

    // MARK: Parts

    static func writeThought(_ text: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("text", text)
            json.member("thought", true)
        }
    }

    func writeText(_ text: String, isSigned: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("text", text)
            if isSigned { json.member("thoughtSignature", signature([])) }
        }
    }

    /// The call at `index`; the first of an answer has the signature beside it.
    func writeCall(_ index: Int, to json: inout JSONWriter) {
        let call = answer.toolCalls[index]
        let arguments = call.objectArguments
        json.object { json in
            json.object("functionCall") { json in
                if model.needsSignatures || call.foreignID != nil { json.member("id", call.id("call_")) }
                json.member("name", call.name)
                json.key("args")
                json.raw(arguments.utf8)
            }
            if index == 0, isSigned {
                let document = try? JSONDocument(parsing: Array(arguments.utf8))
                json.member(
                    "thoughtSignature",
                    signature(GeminiTurns.signedBytes(name: call.name, arguments: document?.root)))
            }
        }
    }

    private func signature(_ bytes: [UInt8]) -> String {
        ContentSignature(family: "gemini", seed: answer.seed).sign(bytes, as: .thought)
    }

    // MARK: Usage

    private func writeUsage(_ made: (thoughts: Int, text: Int)?, to json: inout JSONWriter) {
        switch usageStyle {
        case .absent: return
        case .null: json.memberNull("usageMetadata")
        case .normal, .inLastChunk:
            let usage = answer.usage
            let all = isPromptBlocked ? 0 : usage.completion - usage.reasoning
            let said = made.map { min(all, $0.text * request.choiceCount) } ?? all
            let thoughts = made.map { min(usage.reasoning, $0.thoughts) } ?? usage.reasoning
            json.object("usageMetadata") { json in
                json.member("promptTokenCount", usage.prompt)
                if usage.cached > 0 { json.member("cachedContentTokenCount", usage.cached) }
                if said > 0 { json.member("candidatesTokenCount", said) }
                json.member("totalTokenCount", usage.prompt + said + thoughts)
                Self.writeDetails("promptTokensDetails", usage.prompt, to: &json)
                if usage.cached > 0 { Self.writeDetails("cacheTokensDetails", usage.cached, to: &json) }
                if thoughts > 0 { json.member("thoughtsTokenCount", thoughts) }
            }
        }
    }

    static func writeDetails(_ key: StaticString, _ count: Int, to json: inout JSONWriter) {
        json.array(key) { json in
            json.object { json in
                json.member("modality", "TEXT")
                json.member("tokenCount", count)
            }
        }
    }

    /// The reply of `countTokens`.
    static func count(_ request: GenerationRequest) -> [UInt8] {
        .json { json in
            json.member("totalTokens", request.promptTokens)
            writeDetails("promptTokensDetails", request.promptTokens, to: &json)
        }
    }
}
