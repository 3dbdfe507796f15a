/// The prompt and the answer of one exchange: the bytes that the client sent and received, without any header field.
public struct Payload: Sendable, Equatable {
    /// When the head of the request was read, in nanoseconds since 1970.
    public var receivedAt: Int64
    /// The id on the answer, `x-request-id`.
    public var requestID: String
    /// The path of the surface.
    public var route: String
    /// The model that was asked for.
    public var model: String?
    /// The tenant of the key.
    public var tenant: String?
    /// The public id of the key.
    public var keyID: String?
    /// The status that the client saw; 499 when it left before the end.
    public var status: Int
    /// Whether the answer was a stream.
    public var isStreamed: Bool
    /// What the client sent.
    public var request: PayloadBody
    /// What the client received; what of it was on its way when it left may not have arrived.
    public var answer: PayloadBody
    /// How many places were made unreadable.
    public var redactions: Int

    /// Makes a payload.
    public init(
        receivedAt: Int64,
        requestID: String,
        route: String,
        model: String? = nil,
        tenant: String? = nil,
        keyID: String? = nil,
        status: Int,
        isStreamed: Bool = false,
        request: PayloadBody = PayloadBody(),
        answer: PayloadBody = PayloadBody(),
        redactions: Int = 0
    ) {
        self.receivedAt = receivedAt
        self.requestID = requestID
        self.route = route
        self.model = model
        self.tenant = tenant
        self.keyID = keyID
        self.status = status
        self.isStreamed = isStreamed
        self.request = request
        self.answer = answer
        self.redactions = redactions
    }

    /// The bytes of both bodies.
    public var byteCount: Int { self.request.bytes.count + self.answer.bytes.count }
}
