/// Reads the body of `POST /v1/completions` as a client wrote it.
///
/// Members that chat has too mean the same here and are read by chat's reader.
struct OpenAICompletionsRequestReader {
    private(set) var losses = ConversionLosses()
    private var request = NeutralRequest(messages: [])
    private var prompt: JSONString?

    mutating func read(_ root: JSONNode) throws(ConversionError) -> NeutralRequest {
        guard root.kind == .object else { throw .invalid(nil, "The body must be a JSON object.") }
        request.origin = .openAICompletions
        for (key, value) in root.members where !value.isNull {
            if try refuse(key, value) { continue }
            try take(key, value)
        }
        guard let prompt else { throw .invalid("prompt", "It is required.") }
        request.messages = [NeutralMessage(.user, text: prompt)]
        return request
    }

    /// Refuses what a chat model cannot do, unless it asks for nothing.
    private func refuse(_ key: String, _ value: JSONNode) throws(ConversionError) -> Bool {
        let isNothing: Bool
        switch key {
        case "suffix": isNothing = JSONString(value)?.isEmpty == true
        case "echo": isNothing = value.boolValue == false
        case "best_of", "n": isNothing = value.intValue == 1
        case "logprobs": isNothing = false
        default: return false
        }
        guard isNothing else { throw .unsupported(key, "A chat model, which answers here, cannot do this.") }
        return true
    }

    private mutating func take(_ key: String, _ value: JSONNode) throws(ConversionError) {
        switch key {
        case "model": break
        case "prompt": prompt = try Self.prompt(value)
        case "max_tokens": request.maximumOutputTokens = try OpenAIChatField.integer(value, atLeast: 1, key)
        case "temperature": request.sampling.temperature = try OpenAIChatField.number(value, key)
        case "top_p": request.sampling.topP = try OpenAIChatField.number(value, key)
        case "top_k": request.sampling.topK = try OpenAIChatField.number(value, key)
        case "min_p": request.sampling.minP = try OpenAIChatField.number(value, key)
        case "seed": request.sampling.seed = try OpenAIChatField.number(value, key)
        case "presence_penalty": request.sampling.presencePenalty = try OpenAIChatField.number(value, key)
        case "frequency_penalty": request.sampling.frequencyPenalty = try OpenAIChatField.number(value, key)
        case "logit_bias":
            try OpenAIChatField.object(value, key)
            if value.count > 0 { request.sampling.logitBias = JSONFragment(value) }
        case "stop": request.stopSequences = try OpenAIChatOptionReader.stop(value)
        case "user": request.endUser = try OpenAIChatField.string(value, key)
        case "stream": request.isStreaming = try OpenAIChatField.bool(value, key)
        case "stream_options":
            try OpenAIChatField.object(value, key)
            if let option = OpenAIChatField.member(value, "include_usage") {
                request.includesUsage = try OpenAIChatField.bool(option, "stream_options.include_usage")
            }
        default: request.extras.append(key, JSONFragment(value), from: .openAIChat)
        }
    }

    private static func prompt(_ node: JSONNode) throws(ConversionError) -> JSONString {
        if let text = JSONString(node) { return text }
        guard node.kind == .array, let first = node[0] else {
            throw .invalid("prompt", "Expected a string, or an array of one string.")
        }
        guard let text = JSONString(first) else {
            throw .unsupported("prompt", "A chat model takes no tokens as its prompt: send text.")
        }
        guard node.count == 1 else {
            throw .unsupported("prompt", "A chat model answers one prompt per request: send a request for each.")
        }
        return text
    }
}
