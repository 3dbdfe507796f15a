/// Writes a request for `POST /v1/messages`, and for `/v1/messages/count_tokens`.
///
/// The body is that of `anthropic-version: 2023-06-01`, which takes sampling parameters where the model does.
/// Source: Anthropic SDK types `MessageCreateParams` and `MessageCountTokensParams` (read 2026-11).
struct AnthropicRequestWriter {
    let request: NeutralRequest
    let capabilities: ModelCapabilities
    let plan: AnthropicThinkingPlan
    let tools: [NeutralTool]
    /// What is left of the request's own fields to write.
    var extras: NeutralExtras
    /// The body, with what was lost.
    var blocks: AnthropicBlockWriter
    private let isCount: Bool

    /// Writes a request. `isCount`: only what the token count takes.
    static func write(
        _ request: NeutralRequest, _ context: inout RequestWriting, isCount: Bool
    ) throws(ConversionError) -> [UInt8] {
        var assembly = try AnthropicAssembly(request.messages, context)
        var losses = assembly.losses
        let mayThink =
            !(context.capabilities.requiresThinkingReplay && assembly.lacksThoughts) && !assembly.endsInPrefill
        let plan = AnthropicThinkingPlan(request, context.capabilities, mayThink: mayThink, losses: &losses)
        if !plan.replaysThoughts { assembly.removeThoughts() }
        losses.merge(assembly.losses)
        var writer = AnthropicRequestWriter(request, context.capabilities, plan, assembly, losses, isCount: isCount)
        try writer.write(model: context.model, assembly)
        context.losses = writer.blocks.losses
        return writer.blocks.out.json.take()
    }

    private init(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities, _ plan: AnthropicThinkingPlan,
        _ assembly: AnthropicAssembly, _ losses: ConversionLosses, isCount: Bool
    ) {
        self.request = request
        self.capabilities = capabilities
        self.plan = plan
        self.isCount = isCount
        extras = request.extras
        var tools = request.tools
        if case .allowed(let names, _) = request.toolChoice { tools = tools.filter { names.contains($0.name) } }
        self.tools = tools
        let marks = AnthropicCacheControl.Marks(
            total: Self.hints(assembly, tools), reserved: Self.reserved(request, tools),
            isTaken: capabilities.takesCacheHints)
        blocks = AnthropicBlockWriter(
            out: AnthropicWriter(capacity: Self.capacity(assembly, tools)), losses: losses, marks: marks,
            capabilities: capabilities, names: AnthropicToolNames(request.tools))
    }

    // In the order in which the vendor caches: tools, system, messages.
    private mutating func write(model: String, _ assembly: AnthropicAssembly) throws(ConversionError) {
        blocks.out.json.beginObject()
        blocks.out.member("model", model)
        if !isCount { blocks.out.member("max_tokens", plan.maximumTokens) }
        try writeTools()
        try writeSystem(assembly.system)
        try writeMessages(assembly.turns)
        writeThinking()
        writeOutputConfig()
        if !isCount {
            writeSampling()
            writeStops()
            writeMetadata()
            writeTier()
            if request.isStreaming { blocks.out.member("stream", true) }
            reportRest()
        }
        if isCount { dropUncounted() }
        extras.write(for: .anthropic, to: &blocks.out.json, losses: &blocks.losses)
        blocks.out.json.endObject()
    }

    // MARK: Conversation

    private mutating func writeSystem(_ parts: [NeutralPart]) throws(ConversionError) {
        let instruction = outputInstruction()
        guard !parts.isEmpty || instruction != nil else { return }
        blocks.out.beginArray("system")
        for part in parts { try blocks.write(part) }
        if let instruction { try blocks.write(NeutralPart(.text(instruction))) }
        blocks.out.json.endArray()
    }

    private mutating func writeMessages(_ turns: [AnthropicTurn]) throws(ConversionError) {
        blocks.out.beginArray("messages")
        for turn in turns {
            blocks.out.json.beginObject()
            blocks.out.member("role", turn.role.rawValue)
            if turn.results.isEmpty, turn.parts.count == 1, case .text(let text) = turn.parts[0].content,
                turn.parts[0].cacheHint == nil, turn.parts[0].extras.isEmpty
            {
                blocks.out.member("content", text)
            } else if !turn.results.isEmpty || !turn.parts.isEmpty {
                blocks.out.beginArray("content")
                for part in turn.results { try blocks.write(part) }
                for part in turn.parts { try blocks.write(part) }
                blocks.out.json.endArray()
            }
            turn.extras.write(for: .anthropic, to: &blocks.out.json, losses: &blocks.losses)
            blocks.out.json.endObject()
        }
        blocks.out.json.endArray()
    }

    /// What the model is told where its output's form cannot be demanded.
    private mutating func outputInstruction() -> JSONString? {
        switch request.outputFormat {
        case nil, .text: return nil
        case .jsonObject:
            blocks.losses.adapt("response_format")
            return "Answer with one JSON object and nothing else: no explanation, no code fence."
        case .jsonSchema(let schema):
            guard capabilities.structuredOutput == .instruction else { return nil }
            blocks.losses.adapt("response_format")
            let text = JSONString(utf8: schema.schema.bytes)
            return JSONString.joined([
                "Answer with JSON that follows this JSON Schema, and nothing else: no explanation, no code fence.\n",
                text,
            ])
        }
    }

    /// Leaves out the vendor's own fields that the token count does not take.
    private mutating func dropUncounted() {
        let counted: Set<String> = [
            "cache_control", "compaction", "context_management", "mcp_servers", "speed", "user_profile_id",
        ]
        var kept = NeutralExtras()
        for field in extras.fields where field.origin != .anthropic || counted.contains(field.name) {
            kept.append(field.name, field.value, from: field.origin)
        }
        extras = kept
    }

    private static func hints(_ assembly: AnthropicAssembly, _ tools: [NeutralTool]) -> Int {
        func count(_ parts: [NeutralPart]) -> Int {
            parts.reduce(0) { total, part in
                var total =
                    total + (part.cacheHint == nil || part.extras.value("search_result", of: .anthropic) != nil ? 0 : 1)
                if case .toolResult(let result) = part.content { total += count(result.parts) }
                return total
            }
        }
        let turns = assembly.turns.reduce(0) { $0 + count($1.results) + count($1.parts) }
        return tools.count { $0.cacheHint != nil } + count(assembly.system) + turns
    }

    /// Marks that stand in what is written as it came.
    private static func reserved(_ request: NeutralRequest, _ tools: [NeutralTool]) -> Int {
        let hosted = tools.count { tool in
            guard case .hosted(let opaque) = tool.kind else { return false }
            return (try? opaque.value.parsed().root["cache_control"]).map { !$0.isNull } ?? false
        }
        return hosted + (request.extras.value("cache_control", of: .anthropic) == nil ? 0 : 1)
    }

    private static func capacity(_ assembly: AnthropicAssembly, _ tools: [NeutralTool]) -> Int {
        func size(_ part: NeutralPart) -> Int {
            switch part.content {
            case .text(let text), .refusal(let text): text.escaped.count + 32
            case .thinking(let text): text.escaped.count + (part.signature?.value.escaped.count ?? 0) + 64
            case .image(let media), .document(let media):
                if case .base64(let data) = media.source { data.escaped.count + 128 } else { 256 }
            case .toolCall(let call): call.arguments.escaped.count + 128
            case .toolResult(let result): result.parts.reduce(96) { $0 + size($1) }
            default: 128
            }
        }
        var total = 512 + tools.count * 256
        for part in assembly.system { total += size(part) }
        for turn in assembly.turns {
            for part in turn.results { total += size(part) }
            for part in turn.parts { total += size(part) }
        }
        return total
    }
}
