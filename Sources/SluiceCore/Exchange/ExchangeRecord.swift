/// What is known of one exchange when it is settled: the source of its log line and of its metrics.
///
/// It holds no prompt, answer, key or header value. Times are monotonic nanoseconds, but for ``receivedAt``.
public struct ExchangeRecord: Sendable {
    /// When the head of the request was read, in nanoseconds since 1970.
    public var receivedAt: Int64 = 0
    /// The id on every response, `x-request-id`.
    public var requestID: String = ""
    /// The 32 hexadecimal digits of the trace, when the client sent a `traceparent`.
    public var traceID: String?
    /// The request method.
    public var method: String = "GET"
    /// The surface; its ``Surface/route`` is the path in logs and metrics.
    public var surface: Surface = .unknown
    /// The status that the client saw, or 499 when it left before the end.
    public var status: Int = 0
    /// The client's address: the socket's, or what a trusted proxy says.
    public var clientAddress: String?
    /// Who asked, once that is known.
    public var principal: Principal?
    /// The model as the client named it.
    public var model: String?
    /// Whether ``model`` is in the model table: only then it may become a metric label.
    public var isKnownModel = false
    /// The attempt that the client's answer came from, or the last one.
    public var attempt = AttemptRecord()
    /// The attempts that are over, in the order of their ends, without ``attempt``.
    public var earlierAttempts: [AttemptRecord] = []
    /// How many attempts were made.
    public var attempts = 0
    /// From the first byte of the request to settlement, in nanoseconds.
    public var durationNanoseconds: Int64 = 0
    /// The bytes of the request's body as they were received.
    public var requestBytes: Int64 = 0
    /// The bytes of the answer's body as they were sent, up to settlement and with its last bytes.
    public var responseBytes: Int64 = 0
    /// The stable code of the failure, ``GatewayError/Kind``'s raw value.
    public var errorType: String?
    /// The limit or budget that refused it, as `60 requests per minute`.
    public var refusedBy: String?
    /// What limits and budgets had to say of a request that they admitted, as `budget exceeded: 25 USD per month`.
    public var policyWarnings: [String] = []
    /// The model that the client named, where a budget had another one answer: ``model`` is that one.
    public var downgradedFrom: String?

    /// Makes an empty record.
    public init() {}
}
