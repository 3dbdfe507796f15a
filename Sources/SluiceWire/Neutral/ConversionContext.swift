/// What reading a client's request needs to know beside its body.
public struct RequestReading: Sendable {
    /// Checks what the gateway itself sealed into an earlier answer.
    public var seal: any CarrierSeal
    /// Whether the path asks for a stream, for dialects that say so there.
    public var isStreamingPath: Bool
    /// What could not be carried already on reading.
    public var losses = ConversionLosses()

    /// Makes a context.
    public init(seal: any CarrierSeal, isStreamingPath: Bool = false) {
        self.seal = seal
        self.isStreamingPath = isStreamingPath
    }
}

/// What writing a request for a provider needs to know beside the request.
public struct RequestWriting: Sendable {
    /// The model, by the provider's name.
    public var model: String
    /// What the model accepts.
    public var capabilities: ModelCapabilities
    /// Makes ids where the target needs some that the client did not give.
    public var identifiers: NeutralIdentifiers
    /// The kind of provider, where one dialect has variants: `gemini`, `vertex`.
    public var kind: String
    /// What could not be carried.
    public var losses = ConversionLosses()

    /// Makes a context.
    public init(
        model: String, capabilities: ModelCapabilities, identifiers: NeutralIdentifiers, kind: String = ""
    ) {
        self.model = model
        self.capabilities = capabilities
        self.identifiers = identifiers
        self.kind = kind
    }
}

/// What reading a provider's answer needs to know beside its bytes.
public struct ResponseReading: Sendable {
    /// The model that was asked, by the provider's name; signatures are bound to it.
    public var model: String
    /// Makes ids where the provider gives none.
    public var identifiers: NeutralIdentifiers
    /// The request that is answered: which tools are of free text, for example.
    public var request: NeutralRequest {
        _read { yield shared.request }
    }
    private let shared: SharedNeutralRequest
    /// What could not be carried.
    public var losses = ConversionLosses()

    /// Makes a context.
    public init(model: String, identifiers: NeutralIdentifiers, request: SharedNeutralRequest) {
        self.model = model
        self.identifiers = identifiers
        shared = request
    }

    /// Makes a context of its own request.
    public init(model: String, identifiers: NeutralIdentifiers, request: NeutralRequest) {
        self.init(model: model, identifiers: identifiers, request: SharedNeutralRequest(request))
    }
}

/// What writing an answer for a client needs to know beside the answer.
public struct ResponseWriting: Sendable {
    /// How a stream's events are framed, where the dialect has more than one way.
    public enum Framing: Sendable {
        /// The dialect's usual way.
        case standard
        /// One JSON array of all chunks: Gemini without `alt=sse`.
        case jsonArray
    }

    /// The model as the client named it.
    public var model: String
    /// The time, in seconds since 1970.
    public var now: Int
    /// The gateway's id of the request, for bodies that repeat it.
    public var requestID: String
    /// Makes ids in the client's dialect.
    public var identifiers: NeutralIdentifiers
    /// Seals what the client is to bring back unchanged.
    public var seal: any CarrierSeal
    /// The request that is answered: some dialects repeat parts of it.
    public var request: NeutralRequest {
        _read { yield shared.request }
    }
    private let shared: SharedNeutralRequest
    /// How a stream is framed.
    public var framing = Framing.standard
    /// What could not be carried.
    public var losses = ConversionLosses()

    /// Makes a context.
    public init(
        model: String,
        now: Int,
        requestID: String,
        identifiers: NeutralIdentifiers,
        seal: any CarrierSeal,
        request: SharedNeutralRequest
    ) {
        self.model = model
        self.now = now
        self.requestID = requestID
        self.identifiers = identifiers
        self.seal = seal
        shared = request
    }

    /// Makes a context of its own request.
    public init(
        model: String,
        now: Int,
        requestID: String,
        identifiers: NeutralIdentifiers,
        seal: any CarrierSeal,
        request: NeutralRequest
    ) {
        self.init(
            model: model, now: now, requestID: requestID, identifiers: identifiers, seal: seal,
            request: SharedNeutralRequest(request))
    }
}

/// One request, shared by all that read it: a request is large, and copying it counts each of its texts.
public final class SharedNeutralRequest: Sendable {
    /// The request.
    public let request: NeutralRequest

    /// Shares a request.
    public init(_ request: NeutralRequest) {
        self.request = request
    }
}
