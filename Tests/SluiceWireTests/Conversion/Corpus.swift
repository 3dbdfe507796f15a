import SluiceWire
import Testing

/// The recorded shapes of all dialects: one folder a case, below `Fixtures/dialects/<dialect>/`.
enum Corpus {
    /// One case: whichever files it has.
    struct Case: Sendable, CustomTestStringConvertible {
        var dialect: Dialect
        var name: String
        var request: [UInt8]?
        var response: [UInt8]?
        var stream: [UInt8]?

        var testDescription: String { "\(dialect.rawValue)/\(name)" }
    }

    /// The dialects that clients speak.
    static let clients: [Dialect] = [.openAIChat, .openAIResponses, .anthropic, .gemini, .bedrock, .ollama]
    /// The dialects that requests are converted into, each with the model whose capabilities the tests use.
    static let targets: [(dialect: Dialect, kind: String, model: String)] = [
        (.openAIChat, "openai", "gpt-4.1"), (.openAIResponses, "openai", "gpt-5.2"),
        (.anthropic, "anthropic", "claude-sonnet-4-5"), (.gemini, "gemini", "gemini-3-pro"),
        (.bedrock, "bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"), (.ollama, "ollama", "qwen3"),
        (.cohere, "cohere", "command-a-03-2025"),
    ]

    /// A model that takes everything.
    static let everything: ModelCapabilities = {
        var everything = ModelCapabilities()
        everything.takesTopK = true
        everything.thinking = [.adaptive, .budget, .effort, .disabled, .betweenTools]
        everything.efforts = NeutralReasoning.Effort.allCases
        everything.maximumTokensField = .maxCompletionTokens
        everything.reasoningField = .reasoningContent
        return everything
    }()

    /// Every case, sorted.
    static let cases: [Case] = Dialect.allCases.flatMap { dialect in
        Fixture.names(in: "dialects/\(dialect.rawValue)").compactMap { name -> Case? in
            let folder = "dialects/\(dialect.rawValue)/\(name)"
            var found = Case(dialect: dialect, name: name)
            found.request = Fixture.bytes("\(folder)/request.json")
            found.response = Fixture.bytes("\(folder)/response.json")
            found.stream =
                Fixture.bytes("\(folder)/stream.sse") ?? Fixture.bytes("\(folder)/stream.ndjson")
                ?? Fixture.bytes("\(folder)/stream.hex").flatMap { Self.unhex($0) }
            return found.request == nil && found.response == nil && found.stream == nil ? nil : found
        }
    }

    static func codec(_ dialect: Dialect) -> any ChatCodec.Type {
        guard let codec = DialectRegistry.chat(dialect) else { preconditionFailure("\(dialect) has no codec") }
        return codec
    }

    static func read(_ bytes: [UInt8], as dialect: Dialect) throws -> NeutralRequest {
        var context = RequestReading(seal: TestSeal())
        var request = try self.codec(dialect).readRequest(JSONDocument(parsing: bytes), &context)
        request.origin = dialect
        return request
    }

    static func writing(_ target: (dialect: Dialect, kind: String, model: String)) -> RequestWriting {
        RequestWriting(
            model: target.model,
            capabilities: CapabilityTable.capabilities(
                kind: target.kind, dialect: target.dialect, model: target.model),
            identifiers: NeutralIdentifiers(seed: 1, 2),
            kind: target.kind
        )
    }

    static func reading(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseReading {
        ResponseReading(model: "target-model", identifiers: NeutralIdentifiers(seed: 3, 4), request: request)
    }

    static func answering(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseWriting {
        var request = request
        request.includesUsage = true
        return ResponseWriting(
            model: "client-model", now: 1_795_243_400, requestID: "req_1", identifiers: NeutralIdentifiers(seed: 5, 6),
            seal: TestSeal(), request: request)
    }

    private static func unhex(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        var isComment = false
        for character in text {
            if character == UInt8(ascii: "#") { isComment = true }
            if character == UInt8(ascii: "\n") { isComment = false }
            guard !isComment, let digit = Character(UnicodeScalar(character)).hexDigitValue else { continue }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return high == nil ? bytes : nil
    }
}
