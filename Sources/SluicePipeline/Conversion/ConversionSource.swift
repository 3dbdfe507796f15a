import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// A client's request in words of no dialect, read once and only when a target needs it. Loop-confined.
final class ConversionSource {
    private let state: ExchangeState
    private let request: IdentifiedRequest
    private let scanned: ScannedRequest
    private var chat: SharedNeutralRequest?
    private var document: JSONDocument?
    /// What could not be carried already on reading.
    private(set) var losses = ConversionLosses()

    init(_ state: ExchangeState, _ request: IdentifiedRequest, _ scanned: ScannedRequest) {
        self.state = state
        self.request = request
        self.scanned = scanned
        let bytes = scanned.body.readableBytesUInt8Span
        self.carriesForeignThoughts =
            scanned.surface.operation == .chat
            && CarrierMark.isIn(bytes, mayBeEncoded: [.gemini, .bedrock].contains(scanned.surface.dialect))
    }

    /// The surface whose shape the client's body has.
    var surface: Surface { self.scanned.surface }

    /// The client's body.
    var body: ByteBuffer { self.scanned.body }

    /// Whether the client wants a stream.
    var isStreaming: Bool { self.scanned.isStreaming }

    /// The client's name for the model.
    var model: String { self.scanned.model }

    /// Whether the client sees the target's name for the model instead of its own.
    var exposesTargetModel = false

    /// The name that the answer has for the model when the target knows it as `target`.
    func answeredModel(_ target: String) -> String {
        self.exposesTargetModel ? target : self.model
    }

    /// The gateway's id of the request.
    var requestID: String { self.state.record.requestID }

    /// What seals carried thoughts.
    var seal: any CarrierSeal { self.state.snapshot.seal }

    /// Whether the conversation was answered before by a vendor of another dialect, whose thoughts are in it.
    private let carriesForeignThoughts: Bool

    /// Whether the client's own bytes cannot go even to a provider that serves its surface.
    func mustConvert(for model: String) -> Bool {
        if self.carriesForeignThoughts { return true }
        switch self.surface {
        // These bodies may repeat the model of the path, and the two must agree.
        case .embedContent, .batchEmbedContents, .geminiCountTokens: return model != self.model
        default: return false
        }
    }

    /// A source of ids for one conversion.
    func identifiers() -> NeutralIdentifiers {
        NeutralIdentifiers(seed: self.state.exchange.loop.random.next(), self.state.exchange.loop.random.next())
    }

    /// The client's body as a tree.
    func tree() throws(ConversionError) -> JSONDocument {
        if let document = self.document { return document }
        do throws(JSONError) {
            let document = try JSONDocument(
                parsing: Array(self.scanned.body.readableBytesView),
                limits: JSONLimits(maximumNodes: ConversionBounds.nodes)
            )
            self.document = document
            return document
        } catch {
            throw .invalid(nil, "The body is not valid JSON: \(error.message) (byte \(error.offset)).")
        }
    }

    /// The client's request for a chat, or for its tokens to be counted.
    func neutral() throws(ConversionError) -> SharedNeutralRequest {
        if let chat = self.chat { return chat }
        var context = RequestReading(seal: self.seal, isStreamingPath: self.surface.isStreamingPath)
        let document = try self.tree()
        if let fault = ConversionBounds.fault(in: document) { throw fault }
        var chat: NeutralRequest
        if self.surface.operation == .countTokens, let codec = DialectRegistry.tokenCount(self.surface.dialect) {
            chat = try codec.readCountRequest(document, &context)
        } else if let codec = DialectRegistry.chat(self.surface.dialect) {
            chat = try codec.readRequest(document, &context)
        } else {
            throw .unsupported(nil, "Requests to \(self.surface.route) cannot be converted.")
        }
        chat.isStreaming = self.isStreaming
        chat.origin = self.surface.dialect.family
        self.losses = context.losses
        let shared = SharedNeutralRequest(chat)
        self.chat = shared
        return shared
    }

    /// What writing an answer for this client needs to know.
    func responseWriting(_ request: SharedNeutralRequest, target: String) -> ResponseWriting {
        var context = ResponseWriting(
            model: self.answeredModel(target),
            now: Int(WallClock.secondsSince1970()),
            requestID: self.requestID,
            identifiers: self.identifiers(),
            seal: self.seal,
            request: request
        )
        if self.surface == .streamGenerateContent, !self.asksForEvents { context.framing = .jsonArray }
        return context
    }

    // Google's clients choose the framing of a stream in the query.
    private var asksForEvents: Bool {
        self.state.exchange.head.query?.split(separator: "&").contains("alt=sse") ?? false
    }
}
