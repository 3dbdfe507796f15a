/// Reads the body of `POST /v1/chat/completions` as a client wrote it.
///
/// Members that are `null` count as absent, as the SDKs mean them. Beside OpenAI's own members those are understood that
/// clients commonly send to other servers of this dialect: `top_k`, `min_p`, OpenRouter's `reasoning`, `thinking`.
struct OpenAIChatRequestReader {
    private let seal: any CarrierSeal
    private(set) var losses = ConversionLosses()
    private var request = NeutralRequest(messages: [])

    // What is read once all members are known, since one depends on another.
    private var messages: JSONNode?
    private var tools: JSONNode?
    private var toolChoice: JSONNode?
    private var functions: JSONNode?
    private var functionCall: JSONNode?
    private var maxTokens: Int?
    private var maxCompletionTokens: Int?
    private var user: JSONNode?
    private var safetyIdentifier: JSONString?
    private var hasLogprobs = false
    private var topLogprobs: JSONNode?

    init(seal: any CarrierSeal) {
        self.seal = seal
    }

    mutating func read(_ root: JSONNode) throws(ConversionError) -> NeutralRequest {
        guard root.kind == .object else { throw .invalid(nil, "The body must be a JSON object.") }
        request.origin = .openAIChat
        for (key, value) in root.keyedMembers where !value.isNull {
            if try takeSampling(key, value) { continue }
            if try takeAnswer(key, value) { continue }
            try takeOther(key, value)
        }
        request.maximumOutputTokens = maxCompletionTokens ?? maxTokens
        try combine()
        try readTools()
        try readMessages()
        // Taken out rather than copied: the reader is done.
        var read = NeutralRequest(messages: [])
        swap(&read, &request)
        return read
    }

    private mutating func takeSampling(_ key: JSONKey, _ value: JSONNode) throws(ConversionError) -> Bool {
        switch key {
        case "temperature": request.sampling.temperature = try OpenAIChatField.number(value, key.text)
        case "top_p": request.sampling.topP = try OpenAIChatField.number(value, key.text)
        case "top_k": request.sampling.topK = try OpenAIChatField.number(value, key.text)
        case "min_p": request.sampling.minP = try OpenAIChatField.number(value, key.text)
        case "seed": request.sampling.seed = try OpenAIChatField.number(value, key.text)
        case "presence_penalty": request.sampling.presencePenalty = try OpenAIChatField.number(value, key.text)
        case "frequency_penalty": request.sampling.frequencyPenalty = try OpenAIChatField.number(value, key.text)
        case "logit_bias":
            try OpenAIChatField.object(value, key.text)
            if value.count > 0 { request.sampling.logitBias = JSONFragment(value) }
        default: return false
        }
        return true
    }

    /// What the answer should be like.
    private mutating func takeAnswer(_ key: JSONKey, _ value: JSONNode) throws(ConversionError) -> Bool {
        switch key {
        case "max_tokens": maxTokens = try OpenAIChatField.integer(value, atLeast: 1, key.text)
        case "max_completion_tokens": maxCompletionTokens = try OpenAIChatField.integer(value, atLeast: 1, key.text)
        case "stop": request.stopSequences = try OpenAIChatOptionReader.stop(value)
        case "n":
            guard try OpenAIChatField.integer(value, atLeast: 1, key.text) == 1 else {
                throw .unsupported(
                    key.text, "Only one choice per request can be converted for this model: send n requests.")
            }
        case "modalities":
            try OpenAIChatField.array(value, key.text)
            guard value.elements.allSatisfy({ $0.stringValue == "text" }) else {
                throw .unsupported(key.text, "Only text can be asked of this model.")
            }
        case "response_format":
            request.outputFormat = try OpenAIChatOptionReader.outputFormat(value)
            // A grammar, say: only a server of this dialect may know the form.
            if request.outputFormat == nil {
                request.extras.append(key.text, JSONFragment(value), from: .openAIChat, isEssential: true)
            }
        case "reasoning_effort", "reasoning", "thinking", "include_reasoning":
            var reasoning = request.reasoning ?? NeutralReasoning()
            try OpenAIChatOptionReader.reasoning(key.text, value, &reasoning)
            request.reasoning = reasoning
        case "verbosity": request.verbosity = try OpenAIChatField.string(value, key.text)
        case "logprobs": hasLogprobs = try OpenAIChatField.bool(value, key.text)
        case "top_logprobs": topLogprobs = value
        case "stream": request.isStreaming = try OpenAIChatField.bool(value, key.text)
        case "stream_options":
            try OpenAIChatField.object(value, key.text)
            for (name, option) in value.members where !option.isNull {
                if name == "include_usage" {
                    request.includesUsage = try OpenAIChatField.bool(option, "stream_options.include_usage")
                } else {
                    losses.note("stream_options.\(name)")
                }
            }
        default: return false
        }
        return true
    }

    private mutating func takeOther(_ key: JSONKey, _ value: JSONNode) throws(ConversionError) {
        switch key {
        case "model": break
        case "messages": messages = value
        case "tools": tools = value
        case "tool_choice": toolChoice = value
        case "functions": functions = value
        case "function_call": functionCall = value
        case "parallel_tool_calls": request.allowsParallelCalls = try OpenAIChatField.bool(value, key.text)
        case "web_search_options":
            try OpenAIChatField.object(value, key.text)
            let opaque = NeutralOpaque(origin: .openAIChat, kind: key.text, value: JSONFragment(value))
            request.tools.append(NeutralTool("web_search", kind: .hosted(opaque)))
        case "user": user = value
        case "safety_identifier": safetyIdentifier = try OpenAIChatField.string(value, key.text)
        case "metadata": request.metadata = try OpenAIChatOptionReader.metadata(value)
        case "service_tier":
            if let tier = value.stringValue.flatMap(OpenAIChatServiceTier.neutral) {
                request.serviceTier = tier
            } else {
                keep(key.text, value)
            }
        case "prompt_cache_key": request.cacheKey = try OpenAIChatField.string(value, key.text)
        case "store": request.isStored = try OpenAIChatField.bool(value, key.text)
        default: keep(key.text, value)
        }
    }

    private mutating func keep(_ key: String, _ value: JSONNode) {
        request.extras.append(key, JSONFragment(value), from: .openAIChat)
    }

    private mutating func combine() throws(ConversionError) {
        if let safetyIdentifier {
            request.endUser = safetyIdentifier
            if let user { keep("user", user) }
        } else if let user {
            request.endUser = try OpenAIChatField.string(user, "user")
        }
        if hasLogprobs {
            request.logprobs = 0
            if let topLogprobs {
                request.logprobs = try OpenAIChatField.integer(topLogprobs, atLeast: 0, "top_logprobs")
            }
        } else if let topLogprobs, topLogprobs.intValue != 0 {
            throw .invalid("top_logprobs", "It needs logprobs: true.")
        }
    }

    private mutating func readTools() throws(ConversionError) {
        if let tools {
            try OpenAIChatField.array(tools, "tools")
            var position = 0
            for tool in tools.elements {
                request.tools.append(try OpenAIChatToolReader.tool(tool, at: position))
                position += 1
            }
        } else if let functions {
            try OpenAIChatField.array(functions, "functions")
            var position = 0
            for function in functions.elements {
                request.tools.append(try OpenAIChatToolReader.function(function, "functions[\(position)]"))
                position += 1
            }
            request.usesLegacyFunctions = true
        }
        if let toolChoice {
            request.toolChoice = try OpenAIChatToolReader.choice(toolChoice)
        } else if let functionCall {
            request.toolChoice = try OpenAIChatToolReader.legacyChoice(functionCall)
        }
    }

    private mutating func readMessages() throws(ConversionError) {
        guard let messages else { throw .invalid("messages", "It is required.") }
        try OpenAIChatField.array(messages, "messages")
        guard messages.count > 0 else { throw .invalid("messages", "Expected at least one message.") }
        var reader = OpenAIChatMessageReader(seal: seal)
        reader.reserve(messages.count)
        defer { losses.merge(reader.losses) }
        for message in messages.elements { try reader.take(message) }
        try reader.finish()
        request.messages = reader.messages
    }
}
