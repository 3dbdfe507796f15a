/// `generationConfig`: sampling, limits, the form of the answer, thinking.
extension GeminiRequestWriter {
    /// Google takes no more stop sequences than these.
    private static let stopLimit = 5
    /// Google reports no more alternatives per token than these.
    private static let logprobsLimit = 20

    mutating func writeGenerationConfig() throws(ConversionError) {
        let outer = writer
        writer = JSONWriter(capacity: 512)
        writer.beginObject()
        let emptyCount = writer.bytes.count
        writeSampling()
        try writeLimits()
        writeForm()
        writeThinking()
        for field in request.extras.fields where field.origin == .gemini {
            let prefix = GeminiRequestReader.generationPrefix
            guard field.name.hasPrefix(prefix), !field.name.hasPrefix(prefix + "thinkingConfig.") else { continue }
            writer.key(String(field.name.dropFirst(prefix.count)))
            writer.fragment(field.value)
        }
        let isEmpty = writer.bytes.count == emptyCount
        writer.endObject()
        let config = writer.take()
        writer = outer
        guard !isEmpty else { return }
        writer.key("generationConfig")
        writer.raw(config)
    }

    // MARK: Sampling

    private mutating func writeSampling() {
        let sampling = request.sampling
        switch capabilities.sampling {
        case .none:
            if sampling.temperature != nil { losses.drop("temperature") }
            if sampling.topP != nil { losses.drop("top_p") }
            if sampling.topK != nil { losses.drop("top_k") }
        case .temperatureOrTopP where sampling.temperature != nil && sampling.topP != nil:
            losses.drop("top_p")
            writeClamped("temperature", sampling.temperature, 0, capabilities.maximumTemperature, "temperature")
            writeTopK(sampling.topK)
        default:
            writeClamped("temperature", sampling.temperature, 0, capabilities.maximumTemperature, "temperature")
            writeClamped("topP", sampling.topP, 0, 1, "top_p")
            writeTopK(sampling.topK)
        }
        writeSeed(sampling.seed)
        writeClamped("presencePenalty", sampling.presencePenalty, -2, 2, "presence_penalty")
        writeClamped("frequencyPenalty", sampling.frequencyPenalty, -2, 2, "frequency_penalty")
        if sampling.minP != nil { losses.drop("min_p") }
        if sampling.logitBias != nil { losses.drop("logit_bias") }
        guard let logprobs = request.logprobs else { return }
        writer.key("responseLogprobs")
        writer.bool(true)
        if logprobs > 0 {
            writer.key("logprobs")
            writer.integer(min(logprobs, Self.logprobsLimit))
            if logprobs > Self.logprobsLimit { losses.adapt("top_logprobs") }
        }
    }

    private mutating func writeClamped(
        _ name: String, _ value: NumberText?, _ lowest: Double, _ highest: Double, _ loss: String
    ) {
        guard let value else { return }
        writer.key(name)
        // A number too large for a double keeps its sign.
        let double =
            value.double ?? (value.text.hasPrefix("-") ? -Double.greatestFiniteMagnitude : .greatestFiniteMagnitude)
        if double >= lowest, double <= highest { return writer.number(value) }
        losses.adapt(loss)
        writer.double(double < lowest ? lowest : highest)
    }

    private mutating func writeTopK(_ value: NumberText?) {
        guard let value else { return }
        // 0 and -1 are ways of other servers to say: all.
        guard let double = value.double, double >= 1 else { return losses.drop("top_k") }
        writeClamped("topK", value, 1, Double(Int32.max), "top_k")
    }

    /// Google's seeds are of 32 bits; longer ones are shortened, always in the same way.
    private mutating func writeSeed(_ value: NumberText?) {
        guard let value else { return }
        guard let seed = value.int else { return losses.drop("seed") }
        let short = Int32(truncatingIfNeeded: seed)
        writer.key("seed")
        if Int(short) == seed { return writer.number(value) }
        losses.adapt("seed")
        writer.integer(Int(short))
    }

    // MARK: Limits

    private mutating func writeLimits() throws(ConversionError) {
        if let maximum = request.maximumOutputTokens {
            guard maximum > 0 else { throw .invalid("max_tokens", "max_tokens: must be at least 1.") }
            let highest = min(capabilities.maximumOutputTokens ?? Int(Int32.max), Int(Int32.max))
            if maximum > highest { losses.adapt("max_tokens") }
            writer.key("maxOutputTokens")
            writer.integer(min(maximum, highest))
        }
        let stops = request.stopSequences.filter { !$0.isEmpty }
        let limit = min(capabilities.maximumStopSequences ?? Self.stopLimit, Self.stopLimit)
        if stops.count < request.stopSequences.count || stops.count > limit { losses.drop("stop") }
        guard !stops.isEmpty, limit > 0 else { return }
        writer.key("stopSequences")
        writer.beginArray()
        for stop in stops.prefix(limit) { writer.string(stop) }
        writer.endArray()
    }

    // MARK: Form

    private mutating func writeForm() {
        switch request.outputFormat {
        case nil: break
        case .text:
            writer.key("responseMimeType")
            writer.string("text/plain")
        case .jsonObject:
            writer.key("responseMimeType")
            writer.string("application/json")
        case .jsonSchema(let schema):
            writer.key("responseMimeType")
            writer.string("application/json")
            if schema.description != nil || schema.name != nil { losses.note("response_format") }
            guard capabilities.structuredOutput == .native else { return losses.adapt("response_format") }
            var isAdapted = false
            writer.key("responseJsonSchema")
            writer.fragment(GeminiSchema.forGoogle(schema.schema, isAdapted: &isAdapted))
            if isAdapted { losses.adapt("response_format") }
        }
    }

    /// The schema as an instruction, for models that take none.
    var schemaInstruction: JSONString? {
        guard case .jsonSchema(let schema) = request.outputFormat, capabilities.structuredOutput == .instruction else {
            return nil
        }
        let head: JSONString = "Answer with JSON only, without any other text. It must follow this JSON Schema: "
        return .joined([head, GeminiCompactJSON.arguments(schema.schema.bytes)])
    }

    // MARK: Thinking

    private mutating func writeThinking() {
        let prefix = GeminiRequestReader.generationPrefix + "thinkingConfig."
        let extras = request.extras.fields.filter { $0.origin == .gemini && $0.name.hasPrefix(prefix) }
        let plan = request.reasoning.flatMap {
            GeminiThinkingPlan($0, capabilities: capabilities, losses: &losses)
        }
        guard plan != nil || !extras.isEmpty else { return }
        writer.key("thinkingConfig")
        writer.beginObject()
        if let level = plan?.level {
            writer.key("thinkingLevel")
            writer.string(level)
        } else if let budget = plan?.budget {
            writer.key("thinkingBudget")
            writer.integer(budget)
        }
        if let isShown = plan?.isShown {
            writer.key("includeThoughts")
            writer.bool(isShown)
        }
        for field in extras {
            writer.key(String(field.name.dropFirst(prefix.count)))
            writer.fragment(field.value)
        }
        writer.endObject()
    }
}
