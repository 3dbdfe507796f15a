/// Writes a request for Ollama's `/api/chat`.
///
/// Ollama has no tool choice: `none` leaves the tools out, a forced choice is refused. `think` is a switch for most
/// models and a level for some; ``ModelCapabilities/thinking`` says which. `stream` is always written, since Ollama's
/// default is true. Source: Ollama's API reference, `api/types.go` and Python SDK 0.6.3 (read 2026-11).
enum OllamaRequestWriter {
    static func write(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        let instruction = try OllamaInstruction.text(for: request, &context)
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("model" as StaticString)
        writer.string(context.model)
        writer.key("messages" as StaticString)
        try OllamaMessageWriter.write(request, instruction: instruction, &context, to: &writer)
        try Self.tools(request, &context, to: &writer)
        writer.key("stream" as StaticString)
        writer.bool(request.isStreaming)
        if instruction == nil { Self.format(request.outputFormat, &context, to: &writer) }
        Self.options(request, &context, to: &writer)
        Self.think(request.reasoning, &context, to: &writer)
        if let count = request.logprobs {
            writer.key("logprobs" as StaticString)
            writer.bool(true)
            if count > 0 {
                writer.key("top_logprobs" as StaticString)
                writer.integer(min(count, 20))
                if count > 20 { context.losses.adapt("top_logprobs") }
            }
        }
        for field in request.extras.fields where !field.name.hasPrefix("options.") || field.origin != .ollama {
            if field.origin == .ollama {
                writer.key(field.name)
                writer.fragment(field.value)
            } else {
                context.losses.drop(field.name)
            }
        }
        writer.endObject()
        Self.report(request, &context.losses)
        return writer.take()
    }

    /// What Ollama has no field for.
    private static func report(_ request: NeutralRequest, _ losses: inout ConversionLosses) {
        if request.sampling.logitBias != nil { losses.drop("logit_bias") }
        if request.allowsParallelCalls == false, !request.tools.isEmpty { losses.drop("parallel_tool_calls") }
        if request.verbosity != nil { losses.drop("verbosity") }
        if request.endUser != nil { losses.drop("user") }
        if !request.metadata.isEmpty { losses.drop("metadata") }
        if let tier = request.serviceTier, tier != .auto, tier != .standard { losses.drop("service_tier") }
        if request.cacheKey != nil { losses.note("prompt_cache_key") }
        if let isStored = request.isStored { isStored ? losses.drop("store") : losses.note("store") }
    }

    // MARK: Tools

    private static func tools(
        _ request: NeutralRequest, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        guard !request.tools.isEmpty else { return }
        var allowed: [String]?
        switch request.toolChoice {
        case nil, .auto: break
        case .some(.none):
            context.losses.adapt("tool_choice")
            return
        case .required, .tool, .allowed(_, isRequired: true):
            throw .unsupported(
                "tool_choice", "Ollama's models cannot be made to call a tool. Use the tool choice auto or none.")
        case .allowed(let names, isRequired: false):
            context.losses.adapt("tool_choice")
            allowed = names
        }
        let tools = allowed.map { names in request.tools.filter { names.contains($0.name) } } ?? request.tools
        guard !tools.isEmpty else { return }
        if let maximum = context.capabilities.maximumTools, tools.count > maximum {
            throw .unsupported("tools", "The model takes at most \(maximum) tools.")
        }
        writer.key("tools" as StaticString)
        writer.beginArray()
        var index = 0
        for tool in tools {
            try Self.tool(tool, at: index, &context, to: &writer)
            index += 1
        }
        writer.endArray()
    }

    private static func tool(
        _ tool: NeutralTool, at index: Int, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        guard case .function(let schema) = tool.kind else {
            throw .unsupported("tools[\(index)].type", "Ollama knows function tools only.")
        }
        if tool.isStrict == true { context.losses.drop("strict") }
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
        let inner = "function."
        for field in tool.extras.fields where field.origin == .ollama && field.name.hasPrefix(inner) {
            writer.key(String(field.name.dropFirst(inner.count)))
            writer.fragment(field.value)
        }
        writer.endObject()
        for field in tool.extras.fields {
            if field.origin != .ollama {
                context.losses.drop(field.name)
            } else if !field.name.hasPrefix(inner) {
                writer.key(field.name)
                writer.fragment(field.value)
            }
        }
        writer.endObject()
    }

    // MARK: Answer

    private static func format(
        _ format: NeutralOutputFormat?, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) {
        switch format {
        case nil, .text: return
        case .jsonObject:
            writer.key("format" as StaticString)
            writer.string("json")
        case .jsonSchema(let schema):
            if schema.name != nil || schema.description != nil || schema.isStrict == false {
                context.losses.note("response_format")
            }
            writer.key("format" as StaticString)
            writer.fragment(schema.schema)
        }
    }

    private static func think(
        _ wish: NeutralReasoning?, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) {
        guard let wish else { return }
        let capabilities = context.capabilities
        if wish.summary != nil { context.losses.note("reasoning.summary") }
        let isOff = wish.mode == .disabled || wish.effort == NeutralReasoning.Effort.none || wish.budgetTokens == 0
        guard !capabilities.thinking.isEmpty else {
            // A model that cannot think refuses to be asked to, and needs not be asked not to.
            if !isOff { context.losses.drop("thinking") }
            return
        }
        if isOff {
            guard capabilities.thinking.contains(.disabled) else {
                context.losses.drop("thinking")
                return
            }
            writer.key("think" as StaticString)
            writer.bool(false)
            return
        }
        if wish.mode == .betweenTools { context.losses.adapt("thinking") }
        guard let effort = wish.wantedEffort else {
            // "As the model decides" is what it does unasked.
            guard wish.mode == .enabled || wish.mode == .betweenTools else { return }
            writer.key("think" as StaticString)
            if capabilities.thinking.isDisjoint(with: [.adaptive, .budget]) {
                writer.string("medium")
            } else {
                writer.bool(true)
            }
            return
        }
        writer.key("think" as StaticString)
        guard capabilities.thinking.contains(.effort) else {
            context.losses.adapt(wish.effort == nil ? "thinking.budget_tokens" : "reasoning_effort")
            writer.bool(true)
            return
        }
        let levels = capabilities.efforts.isEmpty ? [.low, .medium, .high] : capabilities.efforts
        let level = effort.nearest(among: levels) ?? .medium
        if level != wish.effort {
            context.losses.adapt(wish.effort == nil ? "thinking.budget_tokens" : "reasoning_effort")
        }
        writer.string(level.rawValue)
    }

    // MARK: Options

    private static func options(
        _ request: NeutralRequest, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) {
        var options = JSONWriter(capacity: 256)
        options.beginObject()
        let empty = options.bytes.count
        Self.sampling(request.sampling, &context, to: &options)
        if let maximum = request.maximumOutputTokens {
            options.key("num_predict" as StaticString)
            options.integer(maximum)
        }
        if !request.stopSequences.isEmpty {
            let limit = context.capabilities.maximumStopSequences ?? Int.max
            if request.stopSequences.count > limit { context.losses.drop("stop") }
            options.key("stop" as StaticString)
            options.beginArray()
            for stop in request.stopSequences.prefix(limit) { options.string(stop) }
            options.endArray()
        }
        let prefix = "options."
        for field in request.extras.fields where field.origin == .ollama && field.name.hasPrefix(prefix) {
            options.key(String(field.name.dropFirst(prefix.count)))
            options.fragment(field.value)
        }
        guard options.bytes.count > empty else { return }
        options.endObject()
        writer.key("options" as StaticString)
        writer.raw(options.bytes.span)
    }

    private static func sampling(
        _ sampling: NeutralSampling, _ context: inout RequestWriting, to options: inout JSONWriter
    ) {
        let takesAll = context.capabilities.sampling != .none
        let takesBoth = context.capabilities.sampling == .all
        var temperature = sampling.temperature
        if let value = temperature?.double, value > context.capabilities.maximumTemperature {
            temperature = NumberText(context.capabilities.maximumTemperature)
            context.losses.adapt("temperature")
        }
        let fields: [(StaticString, NumberText?, Bool)] = [
            ("temperature", temperature, takesAll),
            ("top_p", sampling.topP, takesAll && (takesBoth || temperature == nil)),
            ("top_k", sampling.topK, takesAll),
            ("min_p", sampling.minP, takesAll),
            ("seed", sampling.seed, true),
            ("presence_penalty", sampling.presencePenalty, takesAll),
            ("frequency_penalty", sampling.frequencyPenalty, takesAll),
        ]
        for (key, value, isTaken) in fields {
            guard let value else { continue }
            guard isTaken else {
                context.losses.drop("\(key)")
                continue
            }
            options.key(key)
            options.number(value)
        }
    }
}
