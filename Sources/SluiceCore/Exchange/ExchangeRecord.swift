public import SluiceWire

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
    /// The provider of the last attempt.
    public var provider: String?
    /// The model name that the provider was asked for.
    public var targetModel: String?
    /// How many attempts were made.
    public var attempts = 0
    /// The status that the upstream gave in the last attempt; 0 when there was none.
    public var upstreamStatus = 0
    /// From the first byte of the request to settlement, in nanoseconds.
    public var durationNanoseconds: Int64 = 0
    /// From the first byte of the request to the first byte of the answer's body, in nanoseconds.
    public var timeToFirstByteNanoseconds: Int64?
    /// From sending to the upstream's response head in the last attempt, in nanoseconds.
    public var upstreamNanoseconds: Int64?
    /// The tokens, when the provider reported them.
    public var usage: TokenUsage?
    /// Whether the answer was an event stream.
    public var isStreamed = false
    /// How many events of the upstream's stream were relayed.
    public var streamEvents = 0
    /// How many bytes of the upstream's stream were relayed.
    public var streamBytes = 0
    /// Whether the client left and the answer was read to its end all the same: ``usage`` is then all of it.
    public var isDrained = false
    /// Why the model stopped, in the provider's word.
    public var finishReason: String?
    /// What the conversion between two dialects could not carry.
    public var losses = ConversionLosses()
    /// The stable code of the failure, ``GatewayError/Kind``'s raw value.
    public var errorType: String?
    /// The code of the upstream's failure in the last attempt, when it was the upstream that failed.
    public var upstreamErrorType: String?

    /// Makes an empty record.
    public init() {}
}
