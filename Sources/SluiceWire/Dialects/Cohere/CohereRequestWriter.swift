/// Writes a request for Cohere's `/v2/chat`.
///
/// Ranges are Cohere's: `p` 0.01 to 0.99, `k` 0 to 500, penalties 0 to 1, five stop sequences. A tool by name is asked
/// for by offering it alone; JSON together with tools, which Cohere refuses, is asked for in words. Source:
/// docs.cohere.com/reference/chat and Python SDK 7.3.1 (read 2026-11).
enum CohereRequestWriter {
    private static let maximumStops = 5

    static func write(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        let tools = try Self.tools(request, &context)
        let isInWords = context.capabilities.structuredOutput == .instruction || !tools.isEmpty
        let instruction = isInWords ? Self.instruction(request.outputFormat, &context.losses) : nil
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("model" as StaticString)
        writer.string(context.model)
        writer.key("messages" as StaticString)
        try CohereMessageWriter.write(request, instruction: instruction, &context, to: &writer)
        try Self.write(tools, request, &context, to: &writer)
        writer.key("stream" as StaticString)
        writer.bool(request.isStreaming)
        if instruction == nil { Self.format(request.outputFormat, &context.losses, to: &writer) }
        if let maximum = request.maximumOutputTokens {
            writer.key("max_tokens" as StaticString)
            writer.integer(maximum)
        }
        Self.stops(request.stopSequences, &context, to: &writer)
        Self.sampling(request.sampling, &context, to: &writer)
        if let count = request.logprobs {
            if count > 0 { context.losses.drop("top_logprobs") }
            writer.key("logprobs" as StaticString)
            writer.bool(true)
        }
        Self.thinking(request, &context, to: &writer)
        request.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
        Self.report(request, &context.losses)
        return writer.take()
    }

    /// What Cohere has no field for.
    private static func report(_ request: NeutralRequest, _ losses: inout ConversionLosses) {
        if request.allowsParallelCalls == false, !request.tools.isEmpty { losses.drop("parallel_tool_calls") }
        if request.verbosity != nil { losses.drop("verbosity") }
        if request.endUser != nil { losses.drop("user") }
        if !request.metadata.isEmpty { losses.drop("metadata") }
        if let tier = request.serviceTier, tier != .auto, tier != .standard { losses.drop("service_tier") }
        if request.cacheKey != nil { losses.note("prompt_cache_key") }
        if let isStored = request.isStored { isStored ? losses.drop("store") : losses.note("store") }
    }

    // MARK: Tools

    /// The tools to offer; none where the client wants none of a conversation without any.
    private static func tools(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [NeutralTool] {
        var allowed: [String]?
        switch request.toolChoice {
        case .tool(let name): allowed = [name]
        case .allowed(let names, _): allowed = names
        case nil, .auto, .some(.none), .required: break
        }
        guard let allowed else { return request.tools }
        let tools = request.tools.filter { allowed.contains($0.name) }
        guard !tools.isEmpty else { throw .invalid("tool_choice", "The tool choice names no tool of the request.") }
        if tools.count < request.tools.count { context.losses.adapt("tool_choice") }
        return tools
    }

    private static func write(
        _ tools: [NeutralTool], _ request: NeutralRequest, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        guard !tools.isEmpty else { return }
        if let maximum = context.capabilities.maximumTools, tools.count > maximum {
            throw .unsupported("tools", "The model takes at most \(maximum) tools.")
        }
        writer.key("tools" as StaticString)
        writer.beginArray()
        for (index, tool) in tools.enumerated() { try Self.write(tool, at: index, &context, to: &writer) }
        writer.endArray()
        // Strictness is one switch for all tools.
        if tools.allSatisfy({ $0.isStrict == true }) {
            writer.key("strict_tools" as StaticString)
            writer.bool(true)
        } else if tools.contains(where: { $0.isStrict == true }) {
            context.losses.drop("strict")
        }
        var word: String?
        switch request.toolChoice {
        case nil, .auto, .allowed(_, isRequired: false): break
        case .some(.none): word = "NONE"
        case .required, .tool, .allowed(_, isRequired: true):
            guard context.capabilities.allowsForcedToolChoice else {
                throw .unsupported(
                    "tool_choice", "The model cannot be made to call a tool. Use the tool choice auto or none.")
            }
            word = "REQUIRED"
        }
        guard let word else { return }
        writer.key("tool_choice" as StaticString)
        writer.string(word)
    }

    private static func write(
        _ tool: NeutralTool, at index: Int, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        guard case .function(let schema) = tool.kind else {
            throw .unsupported("tools[\(index)].type", "Cohere knows function tools only.")
        }
        if tool.cacheHint != nil { context.losses.note("cache_control") }
        writer.beginObject()
        writer.key("type" as StaticString)
        writer.string("function")
        writer.key("function" as StaticString)
        writer.beginObject()
        writer.key("name" as StaticString)
        writer.string(tool.name)
        if let description = tool.description {
            writer.key("description" as StaticString)
            writer.string(description)
        }
        writer.key("parameters" as StaticString)
        if let schema, schema.kind == .object {
            writer.fragment(schema)
        } else {
            writer.raw(#"{"type":"object","properties":{}}"#.utf8)
        }
        writer.endObject()
        tool.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    // MARK: Answer

    private static func instruction(
        _ format: NeutralOutputFormat?, _ losses: inout ConversionLosses
    ) -> JSONString? {
        switch format {
        case nil, .text: return nil
        case .jsonObject:
            losses.adapt("response_format")
            return "Give your final answer as one JSON object and nothing else."
        case .jsonSchema(let schema):
            losses.adapt("response_format")
            let lead: JSONString = "Give your final answer as JSON that follows this JSON Schema, and nothing else:\n"
            return JSONString.joined([lead, JSONString(utf8: schema.schema.bytes)])
        }
    }

    private static func format(
        _ format: NeutralOutputFormat?, _ losses: inout ConversionLosses, to writer: inout JSONWriter
    ) {
        guard let format, format != .text else { return }
        writer.key("response_format" as StaticString)
        writer.beginObject()
        writer.key("type" as StaticString)
        writer.string("json_object")
        if case .jsonSchema(let schema) = format {
            if schema.name != nil || schema.description != nil || schema.isStrict == false {
                losses.note("response_format")
            }
            writer.key("json_schema" as StaticString)
            writer.fragment(schema.schema)
        }
        writer.endObject()
    }

    private static func stops(
        _ stops: [JSONString], _ context: inout RequestWriting, to writer: inout JSONWriter
    ) {
        guard !stops.isEmpty else { return }
        let limit = min(context.capabilities.maximumStopSequences ?? Self.maximumStops, Self.maximumStops)
        if stops.count > limit { context.losses.drop("stop") }
        writer.key("stop_sequences" as StaticString)
        writer.beginArray()
        for stop in stops.prefix(limit) { writer.string(stop) }
        writer.endArray()
    }

    private static func thinking(
        _ request: NeutralRequest, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) {
        guard let wish = request.reasoning else { return }
        let capabilities = context.capabilities
        if wish.summary != nil { context.losses.note("reasoning.summary") }
        let isOff = wish.mode == .disabled || wish.effort == NeutralReasoning.Effort.none || wish.budgetTokens == 0
        guard !capabilities.thinking.isEmpty, !isOff || capabilities.thinking.contains(.disabled) else {
            if !isOff || !capabilities.thinking.isEmpty { context.losses.drop("thinking") }
            return
        }
        if wish.mode == .betweenTools { context.losses.adapt("thinking") }
        var budget = wish.budgetTokens ?? wish.effort?.budgetTokens
        if let tokens = budget {
            let lowest = min(capabilities.minimumThinkingBudget, capabilities.maximumThinkingBudget)
            let fit = min(max(tokens, lowest, 1), max(capabilities.maximumThinkingBudget, 1))
            if fit != tokens { context.losses.adapt("thinking.budget_tokens") }
            budget = fit
        }
        writer.key("thinking" as StaticString)
        writer.beginObject()
        writer.key("type" as StaticString)
        writer.string(isOff ? "disabled" : "enabled")
        if let budget, !isOff {
            writer.key("token_budget" as StaticString)
            writer.integer(budget)
        }
        writer.endObject()
    }

    // MARK: Sampling

    private static func sampling(
        _ sampling: NeutralSampling, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) {
        let takesAll = context.capabilities.sampling != .none
        let takesBoth = context.capabilities.sampling == .all
        let fields: [(StaticString, String, NumberText?, ClosedRange<Double>, Bool)] = [
            ("temperature", "temperature", sampling.temperature, 0...context.capabilities.maximumTemperature, takesAll),
            ("p", "top_p", sampling.topP, 0.01...0.99, takesAll && (takesBoth || sampling.temperature == nil)),
            ("k", "top_k", sampling.topK, 0...500, takesAll),
            ("seed", "seed", sampling.seed, -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, true),
            ("frequency_penalty", "frequency_penalty", sampling.frequencyPenalty, 0...1, takesAll),
            ("presence_penalty", "presence_penalty", sampling.presencePenalty, 0...1, takesAll),
        ]
        for (key, name, value, range, isTaken) in fields {
            guard let value else { continue }
            guard isTaken, let number = value.double else {
                context.losses.drop(name)
                continue
            }
            writer.key(key)
            if range.contains(number) {
                writer.number(value)
            } else {
                context.losses.adapt(name)
                writer.number(Self.text(min(max(number, range.lowerBound), range.upperBound)) ?? value)
            }
        }
        if sampling.minP != nil { context.losses.drop("min_p") }
        if sampling.logitBias != nil { context.losses.drop("logit_bias") }
    }

    /// A bound as text; `k` takes integers only.
    private static func text(_ bound: Double) -> NumberText? {
        Int(exactly: bound).map { NumberText($0) } ?? NumberText(bound)
    }
}
