import Glibc
import Testing

@testable import SluiceWire

/// The fixtures of the dialect, and how they are read and written.
enum BedrockCase {
    static let folder = "dialects/bedrock"
    static let model = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    static let seal = TestSeal()
    static let isRecording = getenv("SLUICE_RECORD") != nil

    static let all = Fixture.names(in: folder)
    static let requests = all.filter { has($0, "request.json") }
    static let responses = all.filter { has($0, "response.json") }
    static let streams = all.filter { has($0, "stream.hex") }

    static func has(_ name: String, _ file: String) -> Bool { Fixture.names(in: "\(folder)/\(name)").contains(file) }

    static func document(_ name: String, _ file: String) throws -> JSONDocument {
        try JSONDocument(parsing: try #require(Fixture.bytes("\(folder)/\(name)/\(file)")))
    }

    static func count(_ file: String) throws -> JSONDocument {
        try JSONDocument(parsing: try #require(Fixture.bytes("token-count/bedrock/\(file)")))
    }

    static func request(_ name: String) throws -> NeutralRequest {
        var context = RequestReading(seal: seal)
        return try BedrockCodec.readRequest(try document(name, "request.json"), &context)
    }

    static func request(json: String) throws -> NeutralRequest {
        var context = RequestReading(seal: seal)
        return try BedrockCodec.readRequest(try JSONDocument(parsing: Array(json.utf8)), &context)
    }

    static var capabilities: ModelCapabilities {
        var capabilities = ModelCapabilities()
        capabilities.maximumTemperature = 1
        capabilities.efforts = [.low, .medium, .high, .max]
        return capabilities
    }

    static func writing(
        _ model: String = model, _ change: (inout ModelCapabilities) -> Void = { _ in }
    ) -> RequestWriting {
        var capabilities = capabilities
        change(&capabilities)
        return RequestWriting(model: model, capabilities: capabilities, identifiers: NeutralIdentifiers(seed: 1, 2))
    }

    /// What is written of a request, as a tree, and what was lost.
    static func written(
        _ request: NeutralRequest, _ model: String = model, _ change: (inout ModelCapabilities) -> Void = { _ in }
    ) throws -> (root: JSONNode, losses: [String]) {
        var context = writing(model, change)
        let bytes = try BedrockCodec.writeRequest(request, &context)
        return (try JSONDocument(parsing: bytes).root, context.losses.all.map { "\($0.kind.rawValue) \($0.field)" })
    }

    static func reading(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseReading {
        ResponseReading(model: model, identifiers: NeutralIdentifiers(seed: 3, 4), request: request)
    }

    static func response(_ name: String) throws -> NeutralResponse {
        var context = reading()
        return try BedrockCodec.readResponse(try document(name, "response.json"), &context)
    }

    static func answering(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseWriting {
        ResponseWriting(
            model: "claude", now: 1_763_700_000, requestID: "req_1", identifiers: NeutralIdentifiers(seed: 5, 6),
            seal: seal, request: request)
    }

    static func stream(_ name: String) -> [UInt8] { HexText.frames("\(folder)/\(name)/stream.hex").flatMap { $0 } }

    /// The events of a stream in pieces.
    static func events(
        _ chunks: [ArraySlice<UInt8>], _ request: NeutralRequest = NeutralRequest(messages: []), finishes: Bool = true
    ) -> [NeutralEvent] {
        var reader = BedrockCodec.makeStreamReader(reading(request))
        var events: [NeutralEvent] = []
        for chunk in chunks { reader.read(Array(chunk).span, into: &events) }
        if finishes { reader.finish(into: &events) }
        return events
    }

    /// The whole answer that events make.
    static func assembled(_ events: [NeutralEvent]) -> NeutralResponse? {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }

    /// The bytes of a stream that events are written to.
    static func written(_ events: [NeutralEvent], _ context: ResponseWriting = answering()) -> [UInt8] {
        var writer = BedrockCodec.makeStreamWriter(context)
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return bytes
    }
}
