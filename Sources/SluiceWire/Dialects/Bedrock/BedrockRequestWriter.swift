/// Writes the body of a Converse, ConverseStream or CountTokens request.
///
/// Source: the service model of bedrock-runtime, `ConverseRequest`, `ConverseTokensRequest`; Amazon Bedrock user guide, "Carry
/// out a conversation with the Converse API operations" (read 2026-11).
struct BedrockRequestWriter {
    let request: NeutralRequest
    let family: BedrockModelFamily
    let tools: BedrockToolPlan
    var reasoning: BedrockReasoning
    var context: RequestWriting
    var json: JSONWriter
    /// Texts that the conversion itself adds to the system prompt.
    var instructions: [JSONString] = []
    /// How many more cache points the request may have; the vendor takes four.
    var cachePointsLeft = 4
    var documents = BedrockDocumentNames()
    var turn = BedrockTurn()
    /// Whether stop sequences have been written.
    var hasStops = false

    private init(_ request: NeutralRequest, _ context: RequestWriting) throws(ConversionError) {
        self.request = request
        self.context = context
        family = BedrockModelFamily(model: context.model)
        tools = try BedrockToolPlan(request, context.capabilities, &self.context.losses)
        reasoning = BedrockReasoning(request, context.capabilities, family, &self.context.losses)
        json = JSONWriter(capacity: Self.capacity(request))
    }

    /// Writes a request to answer.
    static func write(_ request: NeutralRequest, _ context: inout RequestWriting) throws(ConversionError) -> [UInt8] {
        var writer = try BedrockRequestWriter(request, context)
        writer.json.beginObject()
        try writer.prepare()
        try writer.writePrompt()
        try writer.writeParameters()
        writer.json.endObject()
        context = writer.context
        return writer.json.take()
    }

    /// Writes a request to count the tokens of: `{"input":{"converse":{...}}}`.
    static func writeCount(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = try BedrockRequestWriter(request, context)
        writer.json.beginObject()
        writer.json.key("input")
        writer.json.beginObject()
        writer.json.key("converse")
        writer.json.beginObject()
        try writer.prepare()
        try writer.writePrompt()
        writer.writeModelFields()
        for _ in 0..<3 { writer.json.endObject() }
        context = writer.context
        return writer.json.take()
    }

    /// Decides what one field's wish means for another.
    private mutating func prepare() throws(ConversionError) {
        if family == .anthropic, reasoning.isOn {
            // Anthropic's models refuse a demanded call, and a history whose thoughts are missing, while they think.
            if tools.isForced || (reasoning.budget > 0 && isReplayBroken) {
                reasoning.mode = nil
                reasoning.isShown = nil
                context.losses.drop("thinking")
            }
        }
        if family == .nova, let effort = reasoning.effort, effort >= .high, request.maximumOutputTokens != nil {
            // Nova takes no bound of the output at its highest level; the bound is what matters more.
            reasoning.effort = .medium
            context.losses.adapt("reasoning_effort")
        }
        if tools.isForbidden { instructions.append("Do not call any tool in this turn; answer in text.") }
        switch request.outputFormat {
        case nil, .text: break
        case .jsonObject:
            instructions.append("Answer with one JSON object and nothing else: no Markdown, no text around it.")
            context.losses.adapt("response_format")
        case .jsonSchema(let schema):
            guard context.capabilities.structuredOutput == .instruction else { break }
            let text = JSONString(utf8: schema.schema.bytes)
            instructions.append(
                JSONString.joined([
                    "Answer with JSON that follows this JSON Schema and nothing else, no Markdown and no text around it: ",
                    text,
                ]))
            context.losses.adapt("response_format")
        }
    }

    /// Whether a turn since the last word of the user called tools after thoughts that cannot be sent back.
    private var isReplayBroken: Bool {
        guard context.capabilities.requiresThinkingReplay else { return false }
        let begin = request.messages.lastIndex { $0.role == .user } ?? 0
        return request.messages[begin...].contains { message in
            guard message.role == .assistant, let first = message.parts.first else { return false }
            let hasCalls = message.parts.contains { part in
                if case .toolCall = part.content { true } else { false }
            }
            switch first.content {
            case .thinking, .redactedThinking:
                return hasCalls && first.signature?.origin.isFor(.bedrock, model: context.model) != true
            default: return hasCalls
            }
        }
    }

    private static func capacity(_ request: NeutralRequest) -> Int {
        var bytes = 1024 + request.tools.count * 512
        for message in request.messages {
            bytes += 64
            for part in message.parts {
                switch part.content {
                case .text(let text), .thinking(let text): bytes += text.escaped.count + 32
                case .image(let media), .document(let media), .audio(let media), .video(let media):
                    if case .base64(let data) = media.source { bytes += data.escaped.count + 128 }
                default: bytes += 256
                }
            }
        }
        return bytes
    }
}
