/// Writes the items of an answer, whole: as they stand in `output` and in `response.output_item.done`.
enum OpenAIResponsesItemWriter {
    /// A message; `content`: a JSON array.
    static func message(
        id: String,
        status: String,
        content: [UInt8],
        phase: JSONFragment? = nil,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.named("id", id)
        json.named("type", "message")
        json.named("status", status)
        json.named("role", "assistant")
        json.key("content" as StaticString)
        json.raw(content)
        if let phase { json.named("phase", json: phase) }
        json.endObject()
    }

    /// An element of a message's `content`.
    static func content(
        _ text: JSONString,
        isRefusal: Bool,
        annotations: OpenAIResponsesAnnotations = OpenAIResponsesAnnotations(),
        to json: inout JSONWriter
    ) {
        json.beginObject()
        if isRefusal {
            json.named("type", "refusal")
            json.named("refusal", text: text)
        } else {
            json.named("type", "output_text")
            annotations.write(to: &json)
            json.named("text", text: text)
        }
        json.endObject()
    }

    /// Thoughts. `seal`: what brings them back, see ``seal(_:isRedacted:_:_:)``.
    static func reasoning(id: String, text: JSONString, seal: JSONString?, to json: inout JSONWriter) {
        json.beginObject()
        json.named("id", id)
        json.named("type", "reasoning")
        json.key("summary" as StaticString)
        json.beginArray()
        if !text.isEmpty { self.summary(text, to: &json) }
        json.endArray()
        if let seal { json.named("encrypted_content", text: seal) }
        json.endObject()
    }

    /// An element of a summary.
    static func summary(_ text: JSONString, to json: inout JSONWriter) {
        json.beginObject()
        json.named("type", "summary_text")
        json.named("text", text: text)
        json.endObject()
    }

    /// A call. Its id is the one for the client.
    static func call(
        id: String,
        _ call: NeutralToolCall,
        status: String,
        extras: NeutralExtras = NeutralExtras(),
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.named("id", id)
        json.named("type", call.isCustom ? "custom_tool_call" : "function_call")
        if !call.isCustom { json.named("status", status) }
        json.named("call_id", call.id)
        json.named("name", call.name)
        json.named(call.isCustom ? "input" : "arguments", text: call.arguments)
        for field in extras.fields where field.origin == .openAIResponses {
            json.key(field.name)
            json.fragment(field.value)
        }
        json.endObject()
    }

    /// A picture that the model made; `result`: its bytes in base64.
    static func image(id: String, status: String, result: JSONString?, to json: inout JSONWriter) {
        json.beginObject()
        json.named("id", id)
        json.named("type", "image_generation_call")
        json.named("status", status)
        if let result { json.named("result", text: result) } else { json.namedNull("result") }
        json.endObject()
    }

    /// What stands in `encrypted_content`: the gateway keeps nothing, so the client keeps it all. Always there, since
    /// clients that keep their own history leave out thoughts without it.
    static func seal(
        _ signature: NeutralSignature?,
        isRedacted: Bool,
        _ seal: any CarrierSeal,
        _ losses: inout ConversionLosses
    ) -> JSONString? {
        let thought = ThinkingCarrier.Thought(text: nil, isRedacted: isRedacted, signature: signature)
        let token = ThinkingCarrier.token(for: [thought], seal: seal)
        if token == nil { losses.drop("thinking") }
        return token
    }

    /// The call with the id and the arguments that a client is given.
    static func forClient(
        _ call: NeutralToolCall,
        signature: NeutralSignature?,
        _ seal: any CarrierSeal,
        _ losses: inout ConversionLosses
    ) -> NeutralToolCall {
        var call = call
        let thoughts = signature.map { [ThinkingCarrier.Thought(text: nil, signature: $0)] } ?? []
        call.id = ToolCallCarrier.encode(call.id, thoughts: thoughts, seal: seal, losses: &losses)
        if !call.isCustom, call.arguments.isEmpty { call.arguments = "{}" }
        return call
    }

    /// A value in one line: raw line ends in JSON are white space between tokens.
    static func singleLine(_ value: JSONFragment) -> [UInt8] {
        value.bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    }
}
