/// One dialect of embeddings: its bytes to the neutral model and back, as client surface and as target.
///
/// All is synchronous and pure. A dialect that is only one of the two leaves the other half to the defaults, which
/// refuse.
public protocol EmbeddingCodec: Sendable {
    /// Which dialect it is.
    static var dialect: Dialect { get }

    /// Reads a client's request. Throws ``ConversionError/Kind/invalid`` where it breaks the dialect's own rules.
    static func readRequest(
        _ document: JSONDocument,
        _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingRequest

    /// Writes an answer for the client of `request`; `context.model` is the client's own name of the model.
    static func writeResponse(
        _ response: NeutralEmbeddingResponse,
        to request: NeutralEmbeddingRequest,
        _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8]

    /// Writes a request for a provider; `context.model` is the provider's name of the model. Throws
    /// ``ConversionError/Kind/unsupported`` where the meaning would change.
    static func writeRequest(
        _ request: NeutralEmbeddingRequest,
        _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8]

    /// Reads a provider's answer of status 2xx to `request`: one vector for each input.
    static func readResponse(
        _ document: JSONDocument,
        to request: NeutralEmbeddingRequest,
        _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse
}

/// What converting embeddings needs to know beside the bytes.
public struct EmbeddingContext: Sendable {
    /// The model: by the client's name toward a client, by the provider's toward a provider.
    public var model: String
    /// What could not be carried.
    public var losses = ConversionLosses()

    /// Makes a context.
    public init(model: String) {
        self.model = model
    }
}

extension EmbeddingCodec {
    public static func readRequest(
        _ document: JSONDocument,
        _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingRequest {
        throw .unsupported(nil, "The dialect \(Self.dialect.rawValue) is no client surface for embeddings.")
    }

    public static func writeResponse(
        _ response: NeutralEmbeddingResponse,
        to request: NeutralEmbeddingRequest,
        _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        throw .unsupported(nil, "The dialect \(Self.dialect.rawValue) is no client surface for embeddings.")
    }

    /// Refuses an answer with more or fewer vectors than there were inputs.
    static func checkVectors(
        _ vectors: [NeutralVector], _ request: NeutralEmbeddingRequest
    ) throws(ConversionError) {
        guard vectors.count == request.inputs.count else {
            throw .malformed(
                "The provider's answer has \(vectors.count) embeddings for \(request.inputs.count) inputs.")
        }
    }

    /// The text of an input for a dialect that takes texts only.
    static func text(
        of input: NeutralEmbeddingRequest.Input, at index: Int
    ) throws(ConversionError) -> JSONString {
        switch input {
        case .text(let text): return text
        case .tokens:
            throw .unsupported("input[\(index)]", "Tokens are understood by their own vendor only. Send the text.")
        case .parts(let parts):
            var texts: [JSONString] = []
            for part in parts {
                guard case .text(let text) = part.content else {
                    throw .unsupported("input[\(index)]", "The model takes texts only.")
                }
                texts.append(text)
            }
            return JSONString.joined(texts, separator: "\n")
        }
    }
}
