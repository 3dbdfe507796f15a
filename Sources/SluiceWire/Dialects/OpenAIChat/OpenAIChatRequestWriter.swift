/// Writes a request for a provider that speaks Chat Completions.
///
/// What the model accepts is asked of the capabilities; what OpenAI's types have no place for is reported or refused.
struct OpenAIChatRequestWriter {
    let request: NeutralRequest
    var context: RequestWriting
    var json: JSONWriter

    init(_ request: NeutralRequest, _ context: RequestWriting) {
        self.request = request
        self.context = context
        json = JSONWriter(capacity: 512 + Self.estimate(request))
    }

    mutating func write() throws(ConversionError) -> [UInt8] {
        json.beginObject()
        json.key("model" as StaticString)
        json.string(context.model)
        try writeMessages()
        try writeTools()
        writeOutputFormat()
        writeSampling()
        writeReasoning()
        writeLimits()
        writeKeeping()
        if request.isStreaming {
            json.key("stream" as StaticString)
            json.bool(true)
            if context.capabilities.takesStreamUsage {
                json.key("stream_options" as StaticString)
                json.beginObject()
                json.key("include_usage" as StaticString)
                json.bool(true)
                json.endObject()
            }
        }
        request.extras.write(for: .openAIChat, to: &json, losses: &context.losses)
        json.endObject()
        return json.take()
    }

    /// About how many bytes the texts and media take, so that the memory is taken once.
    private static func estimate(_ request: NeutralRequest) -> Int {
        var bytes = 0
        for message in request.messages {
            bytes &+= 64
            for part in message.parts { bytes &+= estimate(part) }
        }
        for tool in request.tools {
            if case .function(let schema?) = tool.kind { bytes &+= schema.bytes.count &+ 128 }
        }
        return min(max(0, bytes), 64 * 1024 * 1024)
    }

    private static func estimate(_ part: NeutralPart) -> Int {
        switch part.content {
        case .text(let text), .refusal(let text): text.escaped.count &+ 32
        case .image(let media), .document(let media), .audio(let media), .video(let media):
            switch media.source {
            case .base64(let data): data.escaped.count &+ 96
            case .url(let url): url.escaped.count &+ 64
            case .text(let text): text.escaped.count &+ 64
            case .file: 128
            }
        case .toolCall(let call): call.arguments.escaped.count &+ 128
        case .toolResult(let result): result.parts.reduce(96) { $0 &+ estimate($1) }
        case .thinking, .redactedThinking, .opaque: 32
        }
    }

    // MARK: Who it is for

    /// Servers that know the newer name for the token limit know the other new names of OpenAI's.
    var isOpenAI: Bool {
        context.capabilities.maximumTokensField == .maxCompletionTokens
    }

    private mutating func writeKeeping() {
        if let endUser = request.endUser {
            let isNew = isOpenAI || request.extras.value("user", of: .openAIChat) != nil
            json.key(isNew ? "safety_identifier" : "user" as StaticString)
            json.string(endUser)
        }
        writeMetadata()
        if let tier = request.serviceTier {
            if let name = OpenAIChatServiceTier.name(tier) {
                json.key("service_tier" as StaticString)
                json.string("\(name)")
            } else {
                context.losses.drop("service_tier")
            }
        }
        if let key = request.cacheKey {
            if isOpenAI || context.capabilities.takesCacheHints {
                json.key("prompt_cache_key" as StaticString)
                json.string(key)
            } else {
                context.losses.note("prompt_cache_key")
            }
        }
        if let isStored = request.isStored {
            if isOpenAI {
                json.key("store" as StaticString)
                json.bool(isStored)
            } else if isStored {
                context.losses.drop("store")
            } else {
                context.losses.note("store")
            }
        }
    }

    /// At most 16 labels, of keys up to 64 and values up to 512 characters.
    private mutating func writeMetadata() {
        let fitting = request.metadata.filter { $0.key.utf8.count <= 64 && $0.value.utf8.count <= 512 }.prefix(16)
        if fitting.count < request.metadata.count { context.losses.drop("metadata") }
        guard !fitting.isEmpty else { return }
        json.key("metadata" as StaticString)
        json.beginObject()
        for label in fitting {
            json.key(label.key.text)
            json.string(label.value)
        }
        json.endObject()
    }
}
