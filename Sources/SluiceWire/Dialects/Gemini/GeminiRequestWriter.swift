/// Writes a `GenerateContentRequest` for AI Studio or Vertex; only AI Studio takes `store`.
///
/// Contents are merged by role and never empty; the responses to a step's calls are one content of their own. Schemas
/// go as JSON Schema (`parametersJsonSchema`, `responseJsonSchema`). What the types of Google's SDK have no field for
/// is left out and reported, or refused where the meaning would change.
/// Source: google-genai 3.4.0, `GenerateContentConfig`; ai.google.dev, Function calling, Thought signatures (read
/// 2026-11).
struct GeminiRequestWriter {
    /// Which content is open.
    enum Turn { case none, user, model, results }

    let request: NeutralRequest
    let model: String
    let capabilities: ModelCapabilities
    /// Whether the provider is Vertex.
    let isVertex: Bool
    /// What could not be carried.
    var losses = ConversionLosses()
    var writer: JSONWriter
    var turn = Turn.none
    /// Names of the calls by id, for responses.
    var names: [String: String] = [:]
    /// Whether the open content of the model has a call already.
    var hasCall = false
    /// Whether a message of the user's had nothing in it.
    var owesUserTurn = false
    /// Where the last turn of the user begins; the model wants its seals back from there on.
    private(set) var currentStart = 0

    init(_ request: NeutralRequest, _ context: RequestWriting) {
        self.request = request
        model = context.model
        capabilities = context.capabilities
        isVertex = context.kind == "vertex"
        writer = JSONWriter(capacity: 4096)
    }

    /// The whole body.
    mutating func body() throws(ConversionError) -> [UInt8] {
        writer.beginObject()
        try writeConversation()
        try writeGenerationConfig()
        writeRest()
        writer.endObject()
        return writer.take()
    }

    /// A body that asks for the tokens of the conversation.
    ///
    /// AI Studio wants all but `contents` inside `generateContentRequest`, with the model's name; Vertex takes them
    /// beside.
    mutating func countBody() throws(ConversionError) -> [UInt8] {
        writer.beginObject()
        if !isVertex {
            writer.key("generateContentRequest")
            writer.beginObject()
            writer.key("model")
            writer.string(model.hasPrefix("models/") ? model : "models/\(model)")
        }
        try writeConversation()
        if !isVertex { writer.endObject() }
        writer.endObject()
        return writer.take()
    }

    private mutating func writeConversation() throws(ConversionError) {
        let system = request.messages.prefix { $0.role == .system || $0.role == .developer }
        let messages = request.messages[system.endIndex...]
        guard !messages.isEmpty else {
            throw .unsupported("messages", "Gemini needs at least one message besides the instructions.")
        }
        if messages.last?.role == .assistant, !capabilities.allowsPrefill {
            throw .unsupported("messages", "The model does not continue an answer; end with a user's message.")
        }
        try GeminiCallPairing.check(messages)
        currentStart = messages.lastIndex { $0.role == .user } ?? messages.startIndex
        try writeSystem(system)
        writer.key("contents")
        writer.beginArray()
        for index in messages.indices { try writeMessage(messages[index], at: index) }
        settleUserTurn()
        close()
        writer.endArray()
        try writeTools()
    }

    private mutating func writeSystem(_ messages: ArraySlice<NeutralMessage>) throws(ConversionError) {
        var texts: [(text: JSONString, extras: NeutralExtras)] = []
        for message in messages {
            if message.name != nil { losses.drop("name") }
            for part in message.parts {
                noteHint(part.cacheHint)
                guard case .text(let text) = part.content else {
                    throw .unsupported("messages", "Instructions for Gemini can only be text.")
                }
                if !text.isEmpty { texts.append((text, part.extras)) }
            }
        }
        if let instruction = schemaInstruction { texts.append((instruction, NeutralExtras())) }
        guard !texts.isEmpty else { return }
        writer.key("systemInstruction")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        for (text, extras) in texts {
            writer.beginObject()
            writer.key("text")
            writer.string(text)
            extras.write(for: .gemini, to: &writer, losses: &losses)
            writer.endObject()
        }
        writer.endArray()
        for message in messages { message.extras.write(for: .gemini, to: &writer, losses: &losses) }
        writer.endObject()
    }

    mutating func noteHint(_ hint: NeutralCacheHint?) {
        // Google caches common beginnings by itself.
        if hint != nil { losses.note("cache_control") }
    }

    private mutating func writeRest() {
        if !request.metadata.isEmpty {
            if request.metadata.allSatisfy({ Self.isLabel($0.key.text, isKey: true) && Self.isLabel($0.value.text) }) {
                writer.key("labels")
                writer.beginObject()
                for label in request.metadata {
                    writer.key(label.key.text)
                    writer.string(label.value)
                }
                writer.endObject()
            } else {
                losses.drop("metadata")
            }
        }
        writeServiceTier()
        if request.endUser != nil { losses.drop("user") }
        if request.verbosity != nil { losses.drop("verbosity") }
        if request.cacheKey != nil { losses.note("prompt_cache_key") }
        if request.isStored == true { losses.drop("store") }
        if request.isStored == false { losses.note("store") }
        if request.allowsParallelCalls == false { losses.drop("parallel_tool_calls") }
        for field in request.extras.fields where field.name != "toolConfig" || field.origin != .gemini {
            if field.origin != .gemini || (isVertex && field.name == "store") {
                losses.drop(field.name)
            } else if !field.name.hasPrefix(GeminiRequestReader.generationPrefix) {
                writer.key(field.name)
                writer.fragment(field.value)
            }
        }
    }

    private mutating func writeServiceTier() {
        let tier: String? =
            switch request.serviceTier {
            case .flex: "flex"
            case .standard: "standard"
            case .priority: "priority"
            case .fast: "priority"
            case .auto, .reserved, nil: nil
            }
        if request.serviceTier == .fast { losses.adapt("service_tier") }
        if request.serviceTier == .reserved { losses.drop("service_tier") }
        guard let tier else { return }
        writer.key("serviceTier")
        writer.string(tier)
    }

    /// Whether a text may be a label of Google Cloud's: up to 63 small letters, digits, `_` and `-`, a key with a
    /// letter first. Source: Google Cloud, requirements for labels (read 2026-11).
    private static func isLabel(_ text: String, isKey: Bool = false) -> Bool {
        guard text.utf8.count <= 63 else { return false }
        if isKey, !(text.utf8.first.map { $0 &- UInt8(ascii: "a") < 26 } ?? false) { return false }
        return text.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
    }
}
