/// Reads the body of a client's Converse or ConverseStream request.
///
/// The model and whether it is a stream stand in the path. Source: the service model of bedrock-runtime, `ConverseRequest`
/// (read 2026-11).
struct BedrockRequestReader {
    private var request = NeutralRequest(messages: [])
    private var content: BedrockContentReader
    private var system: [NeutralPart] = []
    private var fields: JSONNode?

    private init(seal: any CarrierSeal) {
        content = BedrockContentReader(.client(seal))
    }

    /// Reads the request in `root`.
    static func read(_ root: JSONNode, _ context: inout RequestReading) throws(ConversionError) -> NeutralRequest {
        guard root.kind == .object else { throw .invalid(nil, "The body must be a JSON object.") }
        var reader = BedrockRequestReader(seal: context.seal)
        try reader.read(root)
        context.losses.merge(reader.content.losses)
        var request = reader.request
        request.origin = .bedrock
        request.isStreaming = context.isStreamingPath
        // Both calls always tell the usage.
        request.includesUsage = true
        if !reader.system.isEmpty { request.messages.insert(NeutralMessage(.system, reader.system), at: 0) }
        return request
    }

    private mutating func read(_ root: JSONNode) throws(ConversionError) {
        var hasMessages = false
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "messages":
                try readMessages(value)
                hasMessages = value.count > 0
            case "system": system = try content.parts(value, BedrockPath(root: "system"))
            case "inferenceConfig": try readInference(value)
            case "toolConfig": try readTools(value)
            case "additionalModelRequestFields": fields = value
            case "requestMetadata": try readMetadata(value)
            case "serviceTier": readTier(value)
            case "outputConfig": try readOutput(value)
            // An answer that no guardrail looked at is another answer.
            case "guardrailConfig":
                request.extras.append(key, JSONFragment(value), from: .bedrock, isEssential: true)
            default: request.extras.append(key, JSONFragment(value), from: .bedrock)
            }
        }
        // Last, since its effort and its choice of tools stand beside those of the request's own fields.
        if let fields { BedrockModelFieldsReader.read(fields, into: &request) }
        guard hasMessages || request.extras.value("promptVariables", of: .bedrock) != nil else {
            throw .invalid("messages", "messages: at least one message is required.")
        }
    }

    private mutating func readMessages(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .array else { throw .invalid("messages", "messages: expected an array.") }
        request.messages.reserveCapacity(node.count)
        for (index, message) in node.elements.enumerated() {
            var role: String?
            var parts: [NeutralPart]?
            var extras = NeutralExtras()
            for (key, value) in message.members where !value.isNull {
                switch key {
                case "role": role = value.stringValue
                case "content": parts = try content.parts(value, BedrockPath(root: "messages", message: index))
                default: extras.append(key, JSONFragment(value), from: .bedrock)
                }
            }
            guard let parts else {
                throw .invalid("messages[\(index)].content", "messages[\(index)].content: expected content blocks.")
            }
            switch role {
            case "user": appendUser(parts, extras)
            case "assistant": request.messages.append(NeutralMessage(.assistant, parts, extras: extras))
            case "system": request.messages.append(NeutralMessage(.system, parts, extras: extras))
            default:
                throw .invalid(
                    "messages[\(index)].role", "messages[\(index)].role: expected user, assistant or system.")
            }
        }
    }

    /// Tools' results are a message of their own, before what else the turn says.
    private mutating func appendUser(_ parts: [NeutralPart], _ extras: NeutralExtras) {
        func isResult(_ part: NeutralPart) -> Bool {
            if case .toolResult = part.content { true } else { false }
        }
        guard parts.contains(where: isResult) else {
            return request.messages.append(NeutralMessage(.user, parts, extras: extras))
        }
        let results = parts.filter(isResult)
        let rest = parts.filter { !isResult($0) }
        if let last = request.messages.indices.last, request.messages[last].role == .tool {
            request.messages[last].parts.append(contentsOf: results)
        } else {
            request.messages.append(NeutralMessage(.tool, results, extras: rest.isEmpty ? extras : NeutralExtras()))
        }
        if !rest.isEmpty { request.messages.append(NeutralMessage(.user, rest, extras: extras)) }
    }

    private mutating func readInference(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .object else { throw .invalid("inferenceConfig", "inferenceConfig: expected an object.") }
        var rest = BedrockRest()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "maxTokens":
                guard let count = value.intValue, count > 0 else {
                    throw .invalid(
                        "inferenceConfig.maxTokens", "inferenceConfig.maxTokens: expected an integer of 1 or more.")
                }
                request.maximumOutputTokens = count
            case "temperature": request.sampling.temperature = try number(value, "inferenceConfig.temperature")
            case "topP": request.sampling.topP = try number(value, "inferenceConfig.topP")
            case "stopSequences":
                request.stopSequences = value.elements.compactMap { JSONString($0) }
                guard value.kind == .array, request.stopSequences.count == value.count else {
                    throw .invalid("inferenceConfig.stopSequences", "inferenceConfig.stopSequences: expected strings.")
                }
            default: rest.keep(key, value)
            }
        }
        rest.append(to: &request.extras, as: "inferenceConfig")
    }

    private func number(_ value: JSONNode, _ path: String) throws(ConversionError) -> NumberText {
        guard let number = NumberText(value) else { throw .invalid(path, "\(path): expected a number.") }
        return number
    }

    private mutating func readTools(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .object else { throw .invalid("toolConfig", "toolConfig: expected an object.") }
        var rest = BedrockRest()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "tools": request.tools = try BedrockToolReader.tools(value, &content.losses)
            case "toolChoice": request.toolChoice = try BedrockToolReader.choice(value)
            default: rest.keep(key, value)
            }
        }
        rest.append(to: &request.extras, as: "toolConfig")
    }

    private mutating func readMetadata(_ node: JSONNode) throws(ConversionError) {
        for (key, value) in node.members where !value.isNull {
            guard let text = JSONString(value) else {
                throw .invalid("requestMetadata", "requestMetadata: expected strings as values.")
            }
            request.metadata.append(NeutralLabel(key: JSONString(key), value: text))
        }
    }

    private mutating func readTier(_ node: JSONNode) {
        switch node["type"]?.stringValue {
        case "default": request.serviceTier = .standard
        case "priority": request.serviceTier = .priority
        case "flex": request.serviceTier = .flex
        case "reserved": request.serviceTier = .reserved
        default: request.extras.append("serviceTier", JSONFragment(node), from: .bedrock)
        }
    }

    private mutating func readOutput(_ node: JSONNode) throws(ConversionError) {
        var rest = BedrockRest()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "textFormat":
                if let format = try BedrockToolReader.format(value) {
                    request.outputFormat = format
                } else {
                    rest.keep(key, value)
                }
            case "effort":
                if !BedrockModelFieldsReader.takeEffort(value, into: &request) { rest.keep(key, value) }
            default: rest.keep(key, value)
            }
        }
        rest.append(to: &request.extras, as: "outputConfig")
    }
}
