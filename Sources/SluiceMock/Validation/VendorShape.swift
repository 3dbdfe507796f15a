import NIOHTTP1
import SluiceWire

/// Whose shape an error is written in. What the vendors say differs in their folders, in files named after the error.
enum VendorShape: Sendable, Equatable {
    case openAI
    case anthropic
    /// Google's; in an array where a stream without `alt=sse` would be one.
    case gemini(inArray: Bool)
    case bedrock
    case ollama
    case cohere
    case embeddingsInference

    /// The body of an error reply.
    func body(_ fault: RequestFault, requestID: String) -> [UInt8] {
        switch self {
        case .openAI: OpenAIError.body(fault)
        case .anthropic: AnthropicError.body(fault, requestID: requestID)
        case .gemini(let inArray): GeminiError.body(fault, inArray: inArray)
        case .bedrock: BedrockError.body(fault)
        case .ollama: OllamaError.body(fault)
        case .cohere: CohereError.body(fault, requestID: requestID)
        case .embeddingsInference: EmbeddingsInferenceError.body(fault)
        }
    }

    /// The headers that go with an error reply.
    func headers(_ fault: RequestFault) -> [(name: String, value: String)] {
        self == .bedrock ? BedrockError.headers(fault) : []
    }

    /// What the vendor says of a request that does not have its shape.
    func fault(_ fault: ShapeFault) -> RequestFault {
        switch self {
        case .openAI: RequestFault(fault)
        case .anthropic: AnthropicError.fault(fault)
        case .gemini: GeminiError.fault(fault)
        case .bedrock: BedrockError.fault(fault)
        case .ollama: OllamaError.fault(fault)
        case .cohere: CohereError.fault(fault)
        case .embeddingsInference: EmbeddingsInferenceError.fault(fault)
        }
    }

    /// The key of a request, from wherever this vendor takes it.
    func key(of request: ReceivedRequest) -> Substring? {
        if case .gemini = self { return GeminiKey.key(of: request) }
        return request.key
    }

    /// What the vendor says to a request without the right key; `hasKey` tells a wrong one from none.
    func keyFault(hasKey: Bool) -> RequestFault {
        switch self {
        case .gemini: GeminiKey.fault(hasKey: hasKey)
        case .bedrock: BedrockError.keyFault(hasKey: hasKey)
        default:
            RequestFault(
                .unauthorized,
                hasKey ? "The key is wrong." : "There is no key: send authorization: Bearer or x-api-key.",
                code: "invalid_api_key")
        }
    }

    /// The code that a status has in OpenAI's shape when no other is asked for.
    static func code(for status: Int) -> String? {
        switch status {
        case 401: "invalid_api_key"
        case 404: "model_not_found"
        case 429: "rate_limit_exceeded"
        default: nil
        }
    }
}
