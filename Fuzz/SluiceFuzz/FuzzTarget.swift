import SluiceWire

/// One thing that is fuzzed: what goes in, and what must hold of every input.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The scanner, the tree and the writer against each other and a plain reference.
    case json
    /// The member tap, split and whole, against the scanner.
    case tap
    /// The splice of a body that passes, split and whole, against the scanner's.
    case passingSplice = "passing-splice"
    /// The event stream parser, split and whole, against a plain reference.
    case sse
    /// The form reader.
    case multipart
    /// The request scan and the splices made with it.
    case openAIScan = "openai-scan"
    /// The classifiers of stream events and the readers of usage and errors.
    case openAIStream = "openai-stream"
    /// The frames of an AWS event stream, split and whole.
    case eventStream = "event-stream"
    /// The lines of an NDJSON stream, split and whole.
    case ndjson
    /// The tokens that clients carry.
    case carrier
    /// Requests, answers and errors of each dialect, read and written in all others.
    case openAIChat = "dialect-openai-chat"
    case openAICompletions = "dialect-openai-completions"
    case openAIResponses = "dialect-openai-responses"
    case anthropic = "dialect-anthropic"
    case gemini = "dialect-gemini"
    case bedrock = "dialect-bedrock"
    case ollama = "dialect-ollama"
    case ollamaGenerate = "dialect-ollama-generate"
    case cohere = "dialect-cohere"
    /// The stream of each dialect, decoded and written in all others.
    case openAIChatDecoder = "decoder-openai-chat"
    case openAIResponsesDecoder = "decoder-openai-responses"
    case anthropicDecoder = "decoder-anthropic"
    case geminiDecoder = "decoder-gemini"
    case bedrockDecoder = "decoder-bedrock"
    case ollamaDecoder = "decoder-ollama"
    case cohereDecoder = "decoder-cohere"
    /// Embedding and rerank bodies of every dialect.
    case vectors
    /// Redaction of bodies in every form.
    case redaction

    /// Checks one input; returns what does not hold, or `nil`. A crash is the other way to fail.
    public func check(_ input: [UInt8]) -> String? {
        switch self {
        case .json: JSONOracle.check(input)
        case .tap: TapOracle.check(input)
        case .passingSplice: PassingSpliceOracle.check(input)
        case .sse: SSEOracle.check(input)
        case .multipart: MultipartOracle.check(input)
        case .openAIScan: RequestOracle.check(input)
        case .openAIStream: StreamOracle.check(input)
        case .eventStream: FramingOracle.checkEventStream(input)
        case .ndjson: FramingOracle.checkNDJSON(input)
        case .carrier: CarrierOracle.check(input)
        case .vectors: VectorOracle.check(input)
        case .redaction: RedactionOracle.check(input)
        default:
            if let dialect = self.dialect {
                self.isDecoder ? DecoderOracle.check(dialect, input) : DialectOracle.check(dialect, input)
            } else {
                "no oracle"
            }
        }
    }

    /// The dialect that the target's name ends with.
    var dialect: Dialect? {
        for prefix in ["dialect-", "decoder-"] where self.rawValue.hasPrefix(prefix) {
            return Dialect(rawValue: String(self.rawValue.dropFirst(prefix.count)))
        }
        return nil
    }

    /// Whether streams are fuzzed, not whole bodies.
    var isDecoder: Bool { self.rawValue.hasPrefix("decoder-") }

    /// A mutator of the target's own seeds.
    public var mutator: FuzzMutator {
        FuzzMutator(seeds: FuzzSeeds.seeds(self), words: FuzzSeeds.words(self))
    }
}
