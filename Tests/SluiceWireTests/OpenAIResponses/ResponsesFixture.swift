import Glibc
import SluiceWire
import Testing

/// The fixtures of this dialect, and contexts to convert them in.
enum ResponsesFixture {
    static let folder = "dialects/openai-responses"

    /// The cases that have a file.
    static func cases(with file: String) -> [String] {
        Fixture.names(in: folder).filter { Fixture.bytes("\(folder)/\($0)/\(file)") != nil }
    }

    static func bytes(_ name: String, _ file: String) throws -> [UInt8] {
        try #require(Fixture.bytes("\(folder)/\(name)/\(file)"))
    }

    static func document(_ name: String, _ file: String) throws -> JSONDocument {
        try JSONDocument(parsing: try bytes(name, file))
    }

    static func request(_ name: String) throws -> NeutralRequest {
        var context = reading()
        return try OpenAIResponsesCodec.readRequest(try document(name, "request.json"), &context)
    }

    static func request(text: String) throws -> NeutralRequest {
        var context = reading()
        return try OpenAIResponsesCodec.readRequest(try JSONDocument(parsing: Array(text.utf8)), &context)
    }

    static func response(_ name: String) throws -> NeutralResponse {
        var context = answer()
        return try OpenAIResponsesCodec.readResponse(try document(name, "response.json"), &context)
    }

    /// Compares what was written with the file, or writes the file with `SLUICE_RECORD=1`.
    static func check(_ bytes: [UInt8], _ name: String, _ file: String) throws {
        let path = "\(folder)/\(name)/\(file)"
        if getenv("SLUICE_RECORD") != nil { #expect(Fixture.write(bytes, to: path)) }
        let expected = try #require(Fixture.bytes(path))
        #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    }

    // MARK: Contexts

    static func reading() -> RequestReading {
        RequestReading(seal: TestSeal())
    }

    static func writing(_ capabilities: ModelCapabilities? = nil, model: String = "gpt-5.6-sol") -> RequestWriting {
        var all = ModelCapabilities()
        all.efforts = NeutralReasoning.Effort.allCases
        return RequestWriting(
            model: model, capabilities: capabilities ?? all, identifiers: NeutralIdentifiers(seed: 1, 2))
    }

    static func answer(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseReading {
        ResponseReading(model: "gpt-5.6-sol", identifiers: NeutralIdentifiers(seed: 3, 4), request: request)
    }

    static func client(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseWriting {
        ResponseWriting(
            model: "my-model", now: 1_795_132_805, requestID: "req_1", identifiers: NeutralIdentifiers(seed: 5, 6),
            seal: TestSeal(), request: request)
    }

    // MARK: Streams

    /// The events of a stream that is fed in pieces of `size` bytes.
    static func events(_ bytes: [UInt8], size: Int = .max) -> [NeutralEvent] {
        events(
            stride(from: 0, to: bytes.count, by: max(1, min(size, bytes.count))).map { start in
                Array(bytes[start..<min(bytes.count, start + min(size, bytes.count))])
            })
    }

    static func events(_ pieces: [[UInt8]]) -> [NeutralEvent] {
        var reader = OpenAIResponsesCodec.makeStreamReader(answer())
        var events: [NeutralEvent] = []
        for piece in pieces { reader.read(piece.span, into: &events) }
        reader.finish(into: &events)
        return events
    }

    /// The events of a stream as bytes, each with its blank line.
    static func blocks(_ bytes: [UInt8]) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var start = 0
        for place in bytes.indices.dropFirst() where bytes[place] == 0x0A && bytes[place - 1] == 0x0A {
            blocks.append(Array(bytes[start...place]))
            start = place + 1
        }
        if start < bytes.count { blocks.append(Array(bytes[start...])) }
        return blocks
    }

    static func write(_ events: [NeutralEvent], _ context: ResponseWriting = client()) -> [UInt8] {
        var writer = OpenAIResponsesCodec.makeStreamWriter(context)
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return bytes
    }

    static func assembled(_ events: [NeutralEvent]) -> NeutralResponse? {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }

    /// What a stream can say of an answer: no extras, no time, no tier, and no mark of free text on a call.
    static func streamable(_ response: NeutralResponse?) -> NeutralResponse? {
        guard var response else { return nil }
        response.createdAt = nil
        response.serviceTier = nil
        for index in response.parts.indices {
            response.parts[index].extras = NeutralExtras()
            if case .toolCall(var call) = response.parts[index].content {
                call.isCustom = false
                response.parts[index].content = .toolCall(call)
            }
        }
        return response
    }
}
