import SluiceWire
import Testing

/// What the tests of Google's dialect share.
enum GeminiSupport {
    static let requests = Fixture.names(in: "dialects/gemini").filter { bytes($0, "request.json") != nil }
    static let responses = Fixture.names(in: "dialects/gemini").filter { bytes($0, "response.json") != nil }
    static let streams = Fixture.names(in: "dialects/gemini").flatMap { name in
        ["stream.sse", "stream.array.json"].filter { bytes(name, $0) != nil }.map { "\(name)/\($0)" }
    }

    static func bytes(_ name: String, _ file: String) -> [UInt8]? {
        Fixture.bytes("dialects/gemini/\(name)/\(file)")
    }

    /// A client's request.
    static func read(_ text: String) throws -> NeutralRequest {
        var context = RequestReading(seal: TestSeal())
        return try read(Array(text.utf8), &context)
    }

    static func read(_ bytes: [UInt8], _ context: inout RequestReading) throws -> NeutralRequest {
        try GeminiCodec.readRequest(JSONDocument(parsing: bytes), &context)
    }

    static func writing(
        _ model: String = "m", kind: String = "gemini", _ change: (inout ModelCapabilities) -> Void = { _ in }
    ) -> RequestWriting {
        var capabilities = ModelCapabilities()
        change(&capabilities)
        return RequestWriting(
            model: model, capabilities: capabilities, identifiers: NeutralIdentifiers(seed: 1, 2), kind: kind)
    }

    /// The body for a provider, as text.
    static func write(_ request: NeutralRequest, _ context: inout RequestWriting) throws -> String {
        String(decoding: try GeminiCodec.writeRequest(request, &context), as: UTF8.self)
    }

    static func reading(_ model: String = "m") -> ResponseReading {
        ResponseReading(
            model: model, identifiers: NeutralIdentifiers(seed: 3, 4), request: NeutralRequest(messages: []))
    }

    static func answering(showsThoughts: Bool = true, isArray: Bool = false) -> ResponseWriting {
        var request = NeutralRequest(messages: [])
        request.reasoning = NeutralReasoning(isShown: showsThoughts)
        var context = ResponseWriting(
            model: "client-model", now: 1_795_000_000, requestID: "req_1", identifiers: NeutralIdentifiers(seed: 5, 6),
            seal: TestSeal(), request: request)
        context.framing = isArray ? .jsonArray : .standard
        return context
    }

    static func response(_ bytes: [UInt8], model: String = "m") throws -> NeutralResponse {
        var context = reading(model)
        return try GeminiCodec.readResponse(JSONDocument(parsing: bytes), &context)
    }

    /// The events of a stream that comes in `pieces`.
    static func events(_ pieces: some Sequence<ArraySlice<UInt8>>) -> [NeutralEvent] {
        var reader = GeminiCodec.makeStreamReader(reading())
        var events: [NeutralEvent] = []
        for piece in pieces { Array(piece).withUnsafeBufferPointer { reader.read($0.span, into: &events) } }
        reader.finish(into: &events)
        return events
    }

    static func assembled(_ events: [NeutralEvent]) -> NeutralResponse? {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }

    /// What a client gets of `events`.
    static func stream(_ events: [NeutralEvent], _ context: ResponseWriting) -> String {
        var writer = GeminiCodec.makeStreamWriter(context)
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func usage(_ text: String) -> TokenUsage? {
        let bytes = Array(text.utf8)
        return GeminiUsage.parse(bytes.span)
    }

    static func user(_ text: JSONString) -> NeutralMessage { NeutralMessage(.user, text: text) }

    static func call(
        _ id: String, _ name: String, _ arguments: JSONString = "{}", signature: NeutralSignature? = nil
    ) -> NeutralPart {
        NeutralPart(.toolCall(NeutralToolCall(id: id, name: name, arguments: arguments)), signature: signature)
    }

    static func result(_ id: String, _ text: JSONString, isError: Bool = false) -> NeutralPart {
        NeutralPart(.toolResult(NeutralToolResult(callID: id, parts: [NeutralPart(.text(text))], isError: isError)))
    }
}
