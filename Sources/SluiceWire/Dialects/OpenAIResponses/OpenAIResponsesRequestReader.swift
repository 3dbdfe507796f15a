/// Reads a client's `POST /v1/responses`.
///
/// Shape: `{"model","input":"text"|[item],"instructions","tools":[...],"text":{...},"reasoning":{...}, ...}`. What
/// needs the vendor's memory (`previous_response_id`, `conversation`, `prompt`, `background`, `store: true`) is refused
/// here, since only a spliced request may have it.
/// Source: OpenAI API reference and types of the Python SDK 3.52, responses (read 2026-11).
struct OpenAIResponsesRequestReader {
    private var request = NeutralRequest(messages: [])
    private var instructions: JSONString?
    private var input: JSONNode?
    private var topLogprobs: Int?
    private var includesLogprobs = false
    private var user: JSONNode?
    private var safetyIdentifier: JSONNode?
    private var losses: ConversionLosses

    static func read(_ root: JSONNode, _ context: inout RequestReading) throws(ConversionError) -> NeutralRequest {
        guard root.kind == .object else { throw .invalid(nil, "The body must be a JSON object.") }
        var reader = OpenAIResponsesRequestReader(losses: context.losses)
        for (key, value) in root.members where !value.isNull {
            try reader.take(key, value)
        }
        let request = try reader.finish(seal: context.seal)
        context.losses = reader.losses
        return request
    }

    private init(losses: ConversionLosses) {
        self.losses = losses
    }

    private mutating func take(_ key: String, _ value: JSONNode) throws(ConversionError) {
        typealias Field = OpenAIResponsesField
        switch key {
        case "model": break
        case "input": input = value
        case "instructions": instructions = try Field.string(value, key)
        case "stream": request.isStreaming = try Field.bool(value, key)
        case "temperature": request.sampling.temperature = try Field.number(value, key)
        case "top_p": request.sampling.topP = try Field.number(value, key)
        case "max_output_tokens": request.maximumOutputTokens = try Field.integer(value, 1...Int.max, key)
        case "parallel_tool_calls": request.allowsParallelCalls = try Field.bool(value, key)
        case "top_logprobs": topLogprobs = try Field.integer(value, 0...20, key)
        case "prompt_cache_key": request.cacheKey = try Field.string(value, key)
        case "user": user = value
        case "safety_identifier": safetyIdentifier = value
        case "metadata": request.metadata = try Self.labels(value)
        case "service_tier": try serviceTier(value)
        case "include": try include(value)
        case "text": try text(value)
        case "reasoning": try reasoning(value)
        case "tools": request.tools = try OpenAIResponsesToolReader.tools(value, &losses)
        case "tool_choice": try toolChoice(value)
        case "stream_options":
            // Its one option pads the events of the vendor's own stream.
            losses.note(key)
        case "store", "background", "truncation", "previous_response_id", "conversation", "prompt",
            "context_management":
            try stateful(key, value)
        default: request.extras.keepResponses(key, value)
        }
    }

    private mutating func finish(seal: any CarrierSeal) throws(ConversionError) -> NeutralRequest {
        guard let input else { throw .invalid("input", "input: this field is required.") }
        var reader = OpenAIResponsesInputReader(seal: seal, losses: losses)
        if let instructions, !instructions.isEmpty {
            reader.messages.append(NeutralMessage(.system, text: instructions))
        }
        try reader.read(input)
        losses = reader.losses
        request.messages = reader.messages
        if let topLogprobs, topLogprobs > 0 || includesLogprobs {
            request.logprobs = topLogprobs
        } else if includesLogprobs {
            request.logprobs = 0
        }
        if let safetyIdentifier {
            request.endUser = try OpenAIResponsesField.string(safetyIdentifier, "safety_identifier")
            if let user { request.extras.keepResponses("user", user) }
        } else if let user {
            request.endUser = try OpenAIResponsesField.string(user, "user")
        }
        request.includesUsage = true
        return request
    }

    // MARK: Fields

    private mutating func serviceTier(_ value: JSONNode) throws(ConversionError) {
        let name = try OpenAIResponsesField.string(value, "service_tier")
        if let tier = OpenAIResponsesServiceTier.tier(of: name.text) {
            request.serviceTier = tier
        } else {
            request.extras.keepResponses("service_tier", value)
        }
    }

    private mutating func include(_ value: JSONNode) throws(ConversionError) {
        try OpenAIResponsesField.array(value, "include")
        var others = JSONWriter(capacity: 64)
        others.beginArray()
        for element in value.elements {
            switch element.stringValue {
            // Thoughts always come with their seal, asked for or not.
            case "reasoning.encrypted_content": break
            case "message.output_text.logprobs": includesLogprobs = true
            default: others.raw(element.rawBytes)
            }
        }
        others.endArray()
        guard others.bytes.count > 2 else { return }
        request.extras.append("include", JSONFragment(written: others.take()), from: .openAIResponses)
    }

    private mutating func text(_ value: JSONNode) throws(ConversionError) {
        try OpenAIResponsesField.object(value, "text")
        for (key, value) in value.members where !value.isNull {
            switch key {
            case "verbosity": request.verbosity = try OpenAIResponsesField.string(value, "text.verbosity")
            case "format": request.outputFormat = try Self.format(value)
            default: request.extras.keepResponses("text." + key, value)
            }
        }
    }

    private static func format(_ value: JSONNode) throws(ConversionError) -> NeutralOutputFormat {
        switch try OpenAIResponsesField.member("type", of: value, "text.format").text {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            guard let schema = value["schema"], schema.kind == .object else {
                throw .invalid("text.format.schema", "text.format.schema: expected a JSON Schema object.")
            }
            return .jsonSchema(
                NeutralSchema(
                    name: JSONString(value["name"]), description: JSONString(value["description"]),
                    schema: JSONFragment(schema), isStrict: value["strict"]?.boolValue))
        case let other:
            throw .invalid(
                "text.format.type",
                "text.format.type: expected text, json_object or json_schema, found '\(other.prefix(64))'.")
        }
    }

    private mutating func reasoning(_ value: JSONNode) throws(ConversionError) {
        try OpenAIResponsesField.object(value, "reasoning")
        var wish = NeutralReasoning()
        for (key, value) in value.members where !value.isNull {
            switch key {
            case "effort":
                let name = try OpenAIResponsesField.string(value, "reasoning.effort").text
                guard let effort = NeutralReasoning.Effort(rawValue: name) else {
                    throw .invalid(
                        "reasoning.effort",
                        "reasoning.effort: expected none, minimal, low, medium, high, xhigh or max, "
                            + "found '\(name.prefix(64))'.")
                }
                wish.effort = effort
            case "summary", "generate_summary":
                if key == "generate_summary", wish.summary != nil { break }
                wish.summary = try OpenAIResponsesField.string(value, "reasoning." + key)
                wish.isShown = true
            default: request.extras.keepResponses("reasoning." + key, value)
            }
        }
        if wish != NeutralReasoning() { request.reasoning = wish }
    }

    private mutating func toolChoice(_ value: JSONNode) throws(ConversionError) {
        if let choice = try OpenAIResponsesToolReader.choice(value) {
            request.toolChoice = choice
        } else {
            request.extras.keepResponses("tool_choice", value)
        }
    }

    private static func labels(_ value: JSONNode) throws(ConversionError) -> [NeutralLabel] {
        try OpenAIResponsesField.object(value, "metadata")
        var labels: [NeutralLabel] = []
        for (key, value) in value.members {
            let text = try OpenAIResponsesField.string(value, "metadata.\(key.prefix(64))")
            labels.append(NeutralLabel(key: JSONString(key), value: text))
        }
        return labels
    }

    /// Fields that need the vendor's memory: allowed with the value that asks for none of it.
    private mutating func stateful(_ key: String, _ value: JSONNode) throws(ConversionError) {
        switch key {
        case "store":
            guard try OpenAIResponsesField.bool(value, key) else {
                request.isStored = false
                return
            }
            throw .unsupported(
                key,
                "store: this model's provider keeps no responses. Send store: false and the whole conversation."
            )
        case "background":
            guard try OpenAIResponsesField.bool(value, key) else { return }
            throw .unsupported(key, "background: this model's provider has no background responses. Leave it out.")
        case "truncation":
            guard try OpenAIResponsesField.string(value, key).equals("auto") else { return }
            throw .unsupported(
                key, "truncation: this model's provider does not shorten conversations. Send truncation: disabled.")
        case "context_management":
            guard value.count > 0 else { return }
            throw .unsupported(key, "context_management: this model's provider does not compact conversations.")
        case "prompt":
            throw .unsupported(key, "prompt: this model's provider has no prompt templates. Send the prompt in input.")
        default:
            throw .unsupported(
                key, "\(key): this model's provider keeps no conversations. Send the whole conversation in input.")
        }
    }
}
