/// One thing that is fuzzed: what goes in, and what must hold of every input.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The scanner, the tree and the writer against each other and a plain reference.
    case json
    /// The member tap, split and whole, against the scanner.
    case tap
    /// The event stream parser, split and whole, against a plain reference.
    case sse
    /// The form reader.
    case multipart
    /// The request scan and the splices made with it.
    case openAIScan = "openai-scan"
    /// The classifiers of stream events and the readers of usage and errors.
    case openAIStream = "openai-stream"

    /// Checks one input; returns what does not hold, or `nil`. A crash is the other way to fail.
    public func check(_ input: [UInt8]) -> String? {
        switch self {
        case .json: JSONOracle.check(input)
        case .tap: TapOracle.check(input)
        case .sse: SSEOracle.check(input)
        case .multipart: MultipartOracle.check(input)
        case .openAIScan: RequestOracle.check(input)
        case .openAIStream: StreamOracle.check(input)
        }
    }

    /// A mutator of the target's own seeds.
    public var mutator: FuzzMutator {
        FuzzMutator(seeds: FuzzSeeds.seeds(self), words: FuzzSeeds.words(self))
    }
}
