import SluiceWire
import Testing

/// Fixtures of the dialect, and contexts to read and write them with.
enum OpenAIChatCase {
    static let folder = "dialects/openai-chat"

    /// The cases that have a file.
    static func all(with file: String) -> [String] {
        Fixture.names(in: folder).filter { Fixture.bytes("\(folder)/\($0)/\(file)") != nil }
    }

    static func bytes(_ name: String, _ file: String) throws -> [UInt8] {
        try #require(Fixture.bytes("\(folder)/\(name)/\(file)"))
    }

    static func document(_ name: String, _ file: String) throws -> JSONDocument {
        try JSONDocument(parsing: bytes(name, file))
    }

    static func readRequest(_ document: JSONDocument) throws -> (NeutralRequest, ConversionLosses) {
        var context = RequestReading(seal: TestSeal())
        let request = try OpenAIChatCodec.readRequest(document, &context)
        return (request, context.losses)
    }

    static func readRequest(_ text: String) throws -> NeutralRequest {
        try readRequest(JSONDocument(parsing: Array(text.utf8))).0
    }

    /// A request of one message, with more members after it.
    static func request(_ members: String, messages: String = #"[{"role":"user","content":"x"}]"#) throws
        -> NeutralRequest
    {
        try readRequest(#"{"model":"m","messages":\#(messages)\#(members.isEmpty ? "" : ",")\#(members)}"#)
    }

    /// All that the dialect has is taken.
    static var permissive: ModelCapabilities {
        var capabilities = ModelCapabilities()
        capabilities.takesTopK = true
        capabilities.efforts = NeutralReasoning.Effort.allCases
        capabilities.maximumTokensField = .maxCompletionTokens
        capabilities.reasoningField = .reasoningContent
        return capabilities
    }

    static func writeRequest(
        _ request: NeutralRequest,
        model: String = "m",
        _ capabilities: ModelCapabilities = permissive
    ) throws -> (JSONDocument, ConversionLosses) {
        var context = RequestWriting(
            model: model, capabilities: capabilities, identifiers: NeutralIdentifiers(seed: 1, 2))
        let bytes = try OpenAIChatCodec.writeRequest(request, &context)
        return (try JSONDocument(parsing: bytes), context.losses)
    }

    static func reading(_ request: NeutralRequest = NeutralRequest(messages: []), model: String = "m")
        -> ResponseReading
    {
        ResponseReading(model: model, identifiers: NeutralIdentifiers(seed: 3, 4), request: request)
    }

    static func writing(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseWriting {
        ResponseWriting(
            model: "client-name", now: 1_790_000_000, requestID: "req_1", identifiers: NeutralIdentifiers(seed: 5, 6),
            seal: TestSeal(), request: request)
    }

    static func readResponse(_ document: JSONDocument, _ context: ResponseReading = reading()) throws
        -> NeutralResponse
    {
        var context = context
        return try OpenAIChatCodec.readResponse(document, &context)
    }

    static func writeResponse(_ response: NeutralResponse, _ context: ResponseWriting = writing()) throws -> (
        JSONNode, ConversionLosses
    ) {
        var context = context
        let bytes = try OpenAIChatCodec.writeResponse(response, &context)
        return (try JSONDocument(parsing: bytes).root, context.losses)
    }

    /// The events of a stream fed in pieces that end at `cuts`.
    static func events(
        _ bytes: [UInt8], cuts: [Int] = [], finishes: Bool = true, _ context: ResponseReading = reading()
    )
        -> [NeutralEvent]
    {
        var reader = OpenAIChatCodec.makeStreamReader(context)
        var events: [NeutralEvent] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            reader.read(bytes[start..<cut].span, into: &events)
            start = cut
        }
        if finishes { reader.finish(into: &events) }
        return events
    }

    static func events(_ chunks: [String], _ context: ResponseReading = reading()) -> [NeutralEvent] {
        events(Array(chunks.map { "data: \($0)\n\n" }.joined().utf8), context)
    }

    /// A chunk of one choice.
    static func chunk(_ delta: String, finish: String = "null") -> String {
        #"{"id":"c","model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
    }

    /// The bytes of a stream for a client.
    static func stream(_ events: [NeutralEvent], _ context: ResponseWriting = writing()) -> ([UInt8], ConversionLosses)
    {
        var writer = OpenAIChatCodec.makeStreamWriter(context)
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return (bytes, writer.losses)
    }

    /// The data of a stream's events, comments left out.
    static func data(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").filter { $0.hasPrefix("data: ") }
            .map { String($0.dropFirst(6)) }
    }

    static func text(_ fragment: JSONNode?) -> String? {
        fragment.map { String(decoding: $0.rawBytes, as: UTF8.self) }
    }
}
