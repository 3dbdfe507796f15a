import SluiceWire
import Testing

/// What the tests of the Messages dialect share.
enum Messages {
    static let model = "claude-opus-4-6"

    /// The cases that have a file of a name.
    static func cases(_ file: String) -> [String] {
        Fixture.names(in: "dialects/anthropic").filter { Fixture.bytes("dialects/anthropic/\($0)/\(file)") != nil }
    }

    static func file(_ name: String, _ file: String) throws -> [UInt8] {
        try #require(Fixture.bytes("dialects/anthropic/\(name)/\(file)"))
    }

    static func read(_ bytes: [UInt8], seal: TestSeal = TestSeal()) throws -> NeutralRequest {
        var context = RequestReading(seal: seal)
        return try AnthropicCodec.readRequest(JSONDocument(parsing: bytes), &context)
    }

    static func read(_ text: String) throws -> NeutralRequest {
        try read(Array(text.utf8))
    }

    /// A request of one user message, with these members beside it.
    static func request(_ members: String) throws -> NeutralRequest {
        try read(#"{"model":"m","max_tokens":64,"messages":[{"role":"user","content":"Hi"}],\#(members)}"#)
    }

    static func writing(_ capabilities: ModelCapabilities = ModelCapabilities()) -> RequestWriting {
        RequestWriting(model: model, capabilities: capabilities, identifiers: NeutralIdentifiers(seed: 1, 2))
    }

    /// The body for the vendor, and what was lost: `dropped seed, adapted temperature`.
    static func write(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities = ModelCapabilities()
    ) throws -> (body: String, losses: String?) {
        var context = writing(capabilities)
        let bytes = try AnthropicCodec.writeRequest(request, &context)
        try JSONScanner.validate(bytes.span)
        return (String(decoding: bytes, as: UTF8.self), context.losses.header)
    }

    static func reading(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseReading {
        ResponseReading(model: model, identifiers: NeutralIdentifiers(seed: 3, 4), request: request)
    }

    static func response(
        _ bytes: [UInt8], _ request: NeutralRequest = NeutralRequest(messages: [])
    ) throws -> NeutralResponse {
        var context = reading(request)
        return try AnthropicCodec.readResponse(JSONDocument(parsing: bytes), &context)
    }

    static func answering() -> ResponseWriting {
        ResponseWriting(
            model: "my-claude", now: 1_795_000_000, requestID: "req_1", identifiers: NeutralIdentifiers(seed: 5, 6),
            seal: TestSeal(), request: NeutralRequest(messages: []))
    }

    /// The events of a stream that is fed in pieces, each ending at one of `cuts`.
    static func events(
        _ bytes: [UInt8], cuts: some Sequence<Int> = EmptyCollection(), isCut: Bool = false,
        request: NeutralRequest = NeutralRequest(messages: [])
    ) -> [NeutralEvent] {
        var reader = AnthropicCodec.makeStreamReader(reading(request))
        var events: [NeutralEvent] = []
        var start = 0
        for cut in cuts where cut > start && cut <= bytes.count {
            reader.read(bytes.span.extracting(start..<cut), into: &events)
            start = cut
        }
        reader.read(bytes.span.extracting(start..<bytes.count), into: &events)
        if !isCut { reader.finish(into: &events) }
        return events
    }

    /// The bytes that a client gets of events.
    static func stream(_ events: [NeutralEvent]) -> (text: String, losses: String?) {
        var writer = AnthropicCodec.makeStreamWriter(answering())
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return (String(decoding: bytes, as: UTF8.self), writer.losses.header)
    }

    static func assembled(_ events: [NeutralEvent]) -> NeutralResponse? {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }

    /// What a stream can say of an answer.
    static func streamed(_ response: NeutralResponse) -> NeutralResponse {
        var response = response
        response.serviceTier = nil
        response.createdAt = nil
        response.extras = NeutralExtras()
        response.parts = response.parts.map { part in
            var part = part
            part.extras = NeutralExtras()
            if case .toolCall(var call) = part.content {
                call.isCustom = false
                part.content = .toolCall(call)
            }
            return part
        }
        return response
    }
}
