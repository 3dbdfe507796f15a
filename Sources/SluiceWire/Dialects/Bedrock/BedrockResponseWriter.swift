/// Writes the body of a Converse answer.
///
/// Source: the service model of bedrock-runtime, `ConverseResponse` (read 2026-11).
struct BedrockResponseWriter {
    private var json: JSONWriter
    private var sealing: BedrockSealing
    private var losses = ConversionLosses()

    /// Writes an answer.
    static func write(_ response: NeutralResponse, _ context: inout ResponseWriting) -> [UInt8] {
        var writer = BedrockResponseWriter(json: JSONWriter(capacity: 1024), sealing: BedrockSealing(context.seal))
        writer.write(response, context.request)
        context.losses.merge(writer.sealing.losses)
        context.losses.merge(writer.losses)
        return writer.json.take()
    }

    private mutating func write(_ response: NeutralResponse, _ request: NeutralRequest) {
        json.beginObject()
        json.key("output")
        json.beginObject()
        json.key("message")
        json.beginObject()
        json.key("role")
        json.string("assistant")
        json.key("content")
        json.beginArray()
        for part in response.parts { write(part) }
        json.endArray()
        json.endObject()
        json.endObject()
        json.key("stopReason")
        json.string(BedrockStopReason.write(response.finish))
        json.key("usage")
        BedrockUsage.write(response.usage, to: &json)
        json.key("metrics")
        json.raw(#"{"latencyMs":0}"#.utf8)
        if let tier = response.serviceTier.flatMap(Self.tier) {
            json.key("serviceTier")
            json.beginObject()
            json.key("type")
            json.string(tier)
            json.endObject()
        }
        json.stopSequence(response.finish, request, unlessIn: response.extras)
        response.extras.write(for: .bedrock, to: &json, losses: &losses)
        json.endObject()
    }

    private mutating func write(_ part: NeutralPart) {
        switch part.content {
        case .text(let text), .refusal(let text):
            if let cited = part.extras.value("citationsContent", of: .bedrock) {
                member("citationsContent") { $0.fragment(cited) }
            } else if !text.isEmpty {
                member("text") { $0.string(text) }
            }
        case .toolCall(let call): write(call, part.signature)
        case .thinking(let text):
            let signature = part.signature.flatMap { sealing.signature($0) }
            // Thoughts of nothing, sealed with nothing, are of no use to anyone.
            guard !text.isEmpty || signature != nil else { break }
            member("reasoningContent") { json in
                json.beginObject()
                json.key("reasoningText")
                json.beginObject()
                json.key("text")
                json.string(text)
                if let signature {
                    json.key("signature")
                    json.string(signature)
                }
                json.endObject()
                json.endObject()
            }
        case .redactedThinking:
            guard let blob = part.signature.flatMap({ sealing.redacted($0) }) else { break }
            member("reasoningContent") { json in
                json.beginObject()
                json.key("redactedContent")
                json.string(blob)
                json.endObject()
            }
        case .image(let media):
            guard let (format, data) = Self.picture(media) else { return losses.drop("image") }
            member("image") { json in
                json.beginObject()
                json.key("format")
                json.string(format)
                json.key("source")
                json.beginObject()
                json.key("bytes")
                json.string(data)
                json.endObject()
                json.endObject()
            }
        case .opaque(let opaque):
            guard opaque.origin == .bedrock else { return losses.drop(opaque.kind) }
            json.fragment(opaque.value)
        case .document: losses.drop("document")
        case .audio: losses.drop("audio")
        case .video: losses.drop("video")
        case .toolResult: losses.drop("tool_result")
        }
        part.reportAnnotations(to: &losses)
        for field in part.extras.fields where field.origin != .bedrock { losses.drop(field.name) }
    }

    private mutating func write(_ call: NeutralToolCall, _ signature: NeutralSignature?) {
        let id = sealing.identifier(call.id, signature)
        if call.argumentsObject == nil { losses.adapt("tool_arguments") }
        member("toolUse") { json in
            json.beginObject()
            json.key("toolUseId")
            json.string(id)
            json.key("name")
            json.string(call.name)
            json.key("input")
            if let object = call.argumentsObject {
                json.fragment(object)
            } else {
                json.beginObject()
                json.key("_raw")
                json.string(call.arguments)
                json.endObject()
            }
            json.endObject()
        }
    }

    /// Writes a block: an object of one member.
    private mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
        json.beginObject()
        json.key(name)
        body(&json)
        json.endObject()
    }

    /// The format and the bytes of a picture that the vendor's types can hold.
    static func picture(_ media: NeutralMedia) -> (format: String, data: JSONString)? {
        guard case .base64(let data) = media.source,
            let format = BedrockMediaFormat.image(data, mediaType: media.mediaType)
        else { return nil }
        return (format, data)
    }

    private static func tier(_ tier: NeutralServiceTier) -> String? {
        switch tier {
        case .standard: "default"
        case .priority: "priority"
        case .flex: "flex"
        case .reserved: "reserved"
        case .auto, .fast: nil
        }
    }
}

extension JSONWriter {
    /// Writes the stop sequence that was met, for a client that asked for it among the model's own fields.
    mutating func stopSequence(_ finish: NeutralFinish, _ request: NeutralRequest, unlessIn extras: NeutralExtras) {
        guard let met = finish.stopSequence, extras.value("additionalModelResponseFields", of: .bedrock) == nil,
            let paths = request.extras.value("additionalModelResponseFieldPaths", of: .bedrock),
            let asked = try? paths.parsed(),
            asked.root.elements.contains(where: { $0.stringValue == "/stop_sequence" })
        else { return }
        key("additionalModelResponseFields")
        beginObject()
        key("stop_sequence")
        string(met)
        endObject()
    }
}
