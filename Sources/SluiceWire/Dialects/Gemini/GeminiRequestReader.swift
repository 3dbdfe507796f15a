/// Reads a client's `GenerateContentRequest`.
///
/// Names in lowerCamelCase or with underscores, enums in any case, 64-bit integers as numbers or strings, `null` as
/// unset. What no other vendor can answer and nobody may leave out is an essential extra: other modalities than text, a
/// cached content, a continuation. More than one candidate is refused.
/// Source: google-genai 3.4.0, `GenerateContentConfig`; Gemini API reference, models.generateContent (read 2026-11).
struct GeminiRequestReader {
    /// Fields without which the request would mean something else.
    private static let essential: Set<String> = ["cachedContent", "continuationToken"]

    private let seal: any CarrierSeal
    private let isStreaming: Bool
    /// What could not be carried.
    var losses = ConversionLosses()
    var request = NeutralRequest(messages: [])

    init(_ context: RequestReading) {
        seal = context.seal
        isStreaming = context.isStreamingPath
    }

    /// The request in `node`.
    mutating func read(_ node: JSONNode) throws(ConversionError) -> NeutralRequest {
        guard node.kind == .object else { throw .invalid(nil, "The body must be a JSON object.") }
        var contents: JSONNode?
        var system: JSONNode?
        for (key, value) in node.members where !value.isNull {
            let name = GeminiName.camel(key)
            switch name {
            case "contents": contents = value
            case "systemInstruction": system = value
            case "tools": try readTools(value)
            case "toolConfig": try readToolConfig(value)
            case "generationConfig": try readGeneration(value)
            case "labels": try readLabels(value)
            case "serviceTier": readServiceTier(value)
            case "model": break  // The path has it.
            default:
                request.extras.append(
                    name, JSONFragment(value), from: .gemini, isEssential: Self.essential.contains(name))
            }
        }
        guard let contents, !contents.geminiList.isEmpty else {
            throw .invalid("contents", "contents: is required and must not be empty.")
        }
        var conversation = GeminiConversationReader(seal: seal)
        if let system { try conversation.readSystem(system) }
        try conversation.readContents(contents)
        losses.merge(conversation.losses)
        request.messages = conversation.messages
        request.origin = .gemini
        request.isStreaming = isStreaming
        // Google reports it always.
        request.includesUsage = true
        return request
    }

    private mutating func readLabels(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .object else { throw .invalid("labels", "labels: expected an object of strings.") }
        for (key, value) in node.members {
            guard let text = JSONString(value) else {
                throw .invalid("labels.\(key)", "labels.\(key): expected a string.")
            }
            request.metadata.append(NeutralLabel(key: JSONString(key), value: text))
        }
    }

    private mutating func readServiceTier(_ node: JSONNode) {
        switch node.stringValue?.lowercased() {
        case "flex": request.serviceTier = .flex
        case "standard": request.serviceTier = .standard
        case "priority": request.serviceTier = .priority
        case "unspecified", "service_tier_unspecified", nil: break
        default: request.extras.append("serviceTier", JSONFragment(node), from: .gemini)
        }
    }
}
