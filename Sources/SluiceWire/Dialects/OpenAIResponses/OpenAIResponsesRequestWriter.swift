/// Writes a request for a provider of `POST /v1/responses`.
///
/// The conversation is sent whole and nothing is left in the vendor's store: `store: false`, and the seals of thoughts
/// are asked for (`include: ["reasoning.encrypted_content"]`), since they must come back with the next request. Stop
/// sequences, seeds, penalties and biases do not exist here.
/// Source: types of OpenAI's Python SDK 3.52, response_create_params (read 2026-11).
struct OpenAIResponsesRequestWriter {
    let request: NeutralRequest
    var context: RequestWriting
    var json: JSONWriter
    /// The ids of calls to tools of free text; their results are items of another type.
    var customCalls: Set<String> = []

    /// The body of a request for an answer.
    static func write(_ request: NeutralRequest, _ context: inout RequestWriting) throws(ConversionError) -> [UInt8] {
        var writer = OpenAIResponsesRequestWriter(request, context)
        writer.json.beginObject()
        try writer.writePrompt()
        try writer.writeOptions()
        writer.json.endObject()
        context = writer.context
        return writer.json.take()
    }

    /// The body of a request for the number of its tokens: `POST /v1/responses/input_tokens`, which takes only what
    /// makes the prompt.
    static func writeCount(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = OpenAIResponsesRequestWriter(request, context)
        writer.json.beginObject()
        try writer.writePrompt()
        writer.json.endObject()
        context = writer.context
        return writer.json.take()
    }

    private init(_ request: NeutralRequest, _ context: RequestWriting) {
        self.request = request
        self.context = context
        self.json = JSONWriter(capacity: 1024 + request.messages.count * 256)
    }

    // MARK: What the model reads

    private mutating func writePrompt() throws(ConversionError) {
        json.named("model", context.model)
        try writeInput()
        try writeTools()
        writeText()
        writeReasoning()
    }

    private mutating func writeText() {
        var verbosity = request.verbosity
        if let word = verbosity, !["low", "medium", "high"].contains(word.text) {
            context.losses.drop("verbosity")
            verbosity = nil
        }
        var format = request.outputFormat
        if case .jsonSchema = format, context.capabilities.structuredOutput == .instruction { format = nil }
        let hasMore = request.extras.hasResponses(within: "text")
        guard verbosity != nil || format != nil || hasMore else { return }
        let extras = request.extras
        json.named("text") { json in
            if let format { OpenAIResponsesToolWriter.write(format, to: &json) }
            if let verbosity { json.named("verbosity", text: verbosity) }
            extras.writeResponses(within: "text", to: &json)
        }
    }

    // MARK: How it answers

    private mutating func writeOptions() throws(ConversionError) {
        writeSampling()
        if let most = request.maximumOutputTokens {
            // The vendor refuses less.
            if most < 16 { context.losses.adapt("max_tokens") }
            json.named("max_output_tokens", max(most, 16))
        }
        writeStorage()
        writeLabels()
        if let tier = request.serviceTier {
            json.named("service_tier", OpenAIResponsesServiceTier.name(of: tier))
        }
        if request.isStreaming { json.named("stream", true) }
        writeExtras()
        if !request.stopSequences.isEmpty { context.losses.drop("stop") }
    }

    private mutating func writeSampling() {
        let sampling = request.sampling
        let accepted = context.capabilities.sampling
        if let temperature = sampling.temperature {
            if accepted == .none {
                context.losses.drop("temperature")
            } else {
                let most = min(context.capabilities.maximumTemperature, 2)
                json.named("temperature", number: clamp(temperature, 0, most, "temperature"))
            }
        }
        if let topP = sampling.topP {
            if accepted == .none || (accepted == .temperatureOrTopP && sampling.temperature != nil) {
                context.losses.drop("top_p")
            } else {
                json.named("top_p", number: clamp(topP, 0, 1, "top_p"))
            }
        }
        if sampling.topK != nil { context.losses.drop("top_k") }
        if sampling.minP != nil { context.losses.drop("min_p") }
        if sampling.seed != nil { context.losses.drop("seed") }
        if sampling.presencePenalty != nil { context.losses.drop("presence_penalty") }
        if sampling.frequencyPenalty != nil { context.losses.drop("frequency_penalty") }
        if sampling.logitBias != nil { context.losses.drop("logit_bias") }
    }

    private mutating func clamp(_ value: NumberText, _ least: Double, _ most: Double, _ field: String) -> NumberText {
        guard let number = value.double else {
            context.losses.adapt(field)
            return NumberText(value.text.hasPrefix("-") ? least : most) ?? NumberText(1)
        }
        if number < least {
            context.losses.adapt(field)
            return NumberText(least) ?? NumberText(0)
        }
        if number > most {
            context.losses.adapt(field)
            return NumberText(most) ?? NumberText(1)
        }
        return value
    }

    private mutating func writeStorage() {
        if request.isStored == true { context.losses.drop("store") }
        json.named("store", false)
        if let key = request.cacheKey {
            if key.utf8.count <= 64 {
                json.named("prompt_cache_key", text: key)
            } else {
                context.losses.note("prompt_cache_key")
            }
        }
        var include: [JSONString] = []
        // Models that do not think refuse to be asked for their thoughts.
        if !context.capabilities.thinking.isEmpty { include.append("reasoning.encrypted_content") }
        if let logprobs = request.logprobs {
            include.append("message.output_text.logprobs")
            if logprobs > 20 { context.losses.adapt("top_logprobs") }
            json.named("top_logprobs", min(max(logprobs, 0), 20))
        }
        if let more = request.extras.value("include", of: .openAIResponses), let list = try? more.parsed() {
            for name in list.root.elements {
                if let name = JSONString(name), !include.contains(name) { include.append(name) }
            }
        }
        guard !include.isEmpty else { return }
        json.key("include" as StaticString)
        json.beginArray()
        for name in include { json.string(name) }
        json.endArray()
    }

    private mutating func writeLabels() {
        if let user = request.endUser {
            // A name that is too long stays as good as it was when it becomes a hash.
            let fitted = user.utf8.count <= 128 ? user : JSONString("user_" + Self.hash(user))
            if fitted != user { context.losses.adapt("user") }
            json.named("safety_identifier", text: fitted)
        }
        let labels = request.metadata.filter { $0.key.utf8.count <= 64 && $0.value.utf8.count <= 512 }.prefix(16)
        if labels.count < request.metadata.count { context.losses.drop("metadata") }
        guard !labels.isEmpty else { return }
        json.key("metadata" as StaticString)
        json.beginObject()
        for label in labels {
            json.key(label.key.text)
            json.string(label.value)
        }
        json.endObject()
    }

    private static func hash(_ text: JSONString) -> String {
        String(ToolCallCarrier.fit(text.text, limit: 0) { _ in false }.dropFirst("call_".utf8.count))
    }

    private mutating func writeExtras() {
        for field in request.extras.fields {
            guard field.origin == .openAIResponses else {
                context.losses.drop(field.name)
                continue
            }
            switch field.name {
            case "include", "tool_choice": break
            case let name where name.hasPrefix("text.") || name.hasPrefix("reasoning."): break
            default:
                json.key(field.name)
                json.fragment(field.value)
            }
        }
    }
}
