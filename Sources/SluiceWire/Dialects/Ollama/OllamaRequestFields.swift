/// The members that `/api/chat` and `/api/generate` have in common: `stream`, `format`, `options`, `think`, `logprobs`.
///
/// Members of `options` without a neutral place are kept as extras under `options.<name>`; what else is unknown, such
/// as `keep_alive`, under its own name. Source: Ollama's API reference and Python SDK 0.6.3 (read 2026-11).
struct OllamaRequestFields {
    private var wantsLogprobs = false
    private var topLogprobs: Int?

    /// Takes a member; everything that is not known becomes an extra of the request.
    mutating func take(
        _ key: String, _ value: JSONNode, into request: inout NeutralRequest
    ) throws(ConversionError) {
        guard !value.isNull else { return }
        switch key {
        case "stream":
            guard let isStreaming = value.boolValue else { throw .invalid(key, "stream must be true or false.") }
            request.isStreaming = isStreaming
        case "format": request.outputFormat = try Self.format(value)
        case "options": try Self.options(value, into: &request)
        case "think": request.reasoning = try Self.reasoning(value)
        case "logprobs":
            guard let wants = value.boolValue else { throw .invalid(key, "logprobs must be true or false.") }
            wantsLogprobs = wants
        case "top_logprobs":
            guard let count = value.intValue, count >= 0 else {
                throw .invalid(key, "top_logprobs must be an integer from 0 to 20.")
            }
            topLogprobs = count
        default: request.extras.append(key, JSONFragment(value), from: .ollama)
        }
    }

    /// Settles what takes two members to know.
    func finish(_ request: inout NeutralRequest) {
        // Alternatives are given only where probabilities are asked for at all.
        if wantsLogprobs { request.logprobs = topLogprobs ?? 0 }
    }

    private static func format(_ value: JSONNode) throws(ConversionError) -> NeutralOutputFormat? {
        switch value.kind {
        case .object: return .jsonSchema(NeutralSchema(schema: JSONFragment(value)))
        case .string:
            switch value.stringValue {
            case "": return nil
            case "json": return .jsonObject
            default: break
            }
        default: break
        }
        throw .invalid("format", #"format must be "json" or a JSON Schema object."#)
    }

    private static func reasoning(_ value: JSONNode) throws(ConversionError) -> NeutralReasoning? {
        if let isOn = value.boolValue { return NeutralReasoning(mode: isOn ? .enabled : .disabled, isShown: isOn) }
        if let level = value.stringValue, let effort = NeutralReasoning.Effort(rawValue: level), effort != .none {
            return NeutralReasoning(effort: effort, isShown: true)
        }
        if value.stringValue == "" { return nil }
        throw .invalid("think", #"think must be true, false, "low", "medium", "high" or "max"."#)
    }

    private static func options(_ value: JSONNode, into request: inout NeutralRequest) throws(ConversionError) {
        guard value.kind == .object else { throw .invalid("options", "options must be an object.") }
        for (key, value) in value.members where !value.isNull {
            switch key {
            case "temperature": request.sampling.temperature = try Self.number(key, value)
            case "top_p": request.sampling.topP = try Self.number(key, value)
            case "top_k": request.sampling.topK = try Self.number(key, value)
            case "min_p": request.sampling.minP = try Self.number(key, value)
            case "seed": request.sampling.seed = try Self.number(key, value)
            case "presence_penalty": request.sampling.presencePenalty = try Self.number(key, value)
            case "frequency_penalty": request.sampling.frequencyPenalty = try Self.number(key, value)
            case "stop": request.stopSequences = try Self.stops(value)
            case "num_predict":
                guard let count = try Self.number(key, value).int else {
                    throw .invalid("options.num_predict", "num_predict must be an integer.")
                }
                // -1 is without bound, -2 as far as the context reaches: wishes that only Ollama knows.
                if count > 0 {
                    request.maximumOutputTokens = count
                } else {
                    request.extras.append("options.num_predict", JSONFragment(value), from: .ollama)
                }
            default: request.extras.append("options.\(key)", JSONFragment(value), from: .ollama)
            }
        }
    }

    private static func number(_ key: String, _ value: JSONNode) throws(ConversionError) -> NumberText {
        guard let number = NumberText(value) else { throw .invalid("options.\(key)", "\(key) must be a number.") }
        return number
    }

    private static func stops(_ value: JSONNode) throws(ConversionError) -> [JSONString] {
        if let stop = JSONString(value) { return [stop] }
        guard value.kind == .array else { throw .invalid("options.stop", "stop must be a list of strings.") }
        var stops: [JSONString] = []
        for element in value.elements {
            guard let stop = JSONString(element) else {
                throw .invalid("options.stop[\(stops.count)]", "A stop sequence must be a string.")
            }
            stops.append(stop)
        }
        return stops
    }
}
