public import NIOCore
public import NIOHTTP1

/// What becomes of an upstream's answer on its way to the client. Synchronous; knows no socket and no clock.
public protocol RelayTransducer: AnyObject {
    /// The head of the answer came.
    func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision
    /// A piece of the body came; what is for the client is appended to `output`.
    func receive(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep
    /// The upstream ended its answer. What is still for the client is appended to `output`. Returns an error when the
    /// answer is not whole.
    func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError?
    /// The head that a staged answer begins with when all of it came before it was due: what was learned from the body may
    /// be in it.
    func finalHead(for staged: ResponseHead) -> ResponseHead
    /// The head of a stream that had not begun when its end came, and whose end made it whole; `nil` when there is none.
    var headAtEnd: ResponseHead? { get }
    /// A stream that has said something was held back long enough: the head that it begins with.
    func releaseHold() -> ResponseHead?
    /// What tells a client that a silent stream still lives; `nil` where its dialect has no such thing, and where it would
    /// stand within an event that has no end yet.
    func ping() -> ByteBuffer?
    /// Whether the provider is known to have done most of its work on this answer.
    var isMostlyDone: Bool { get }
    /// The answer broke within its body. Whether it was complete all the same, but for its end: then what is missing is
    /// appended to `output`.
    func receiveCut(into output: inout [ByteBuffer]) -> Bool
    /// The answer broke after the client has seen its beginning: an error event, where the answer can still carry one.
    func errorEvent(_ error: UpstreamError) -> ByteBuffer?
    /// The exchange is over. Called once, before the last bytes of the answer are released.
    func settle(_ outcome: RelayOutcome)
}

extension RelayTransducer {
    public func finalHead(for staged: ResponseHead) -> ResponseHead { staged }

    public var headAtEnd: ResponseHead? { nil }

    public func releaseHold() -> ResponseHead? { nil }

    public func ping() -> ByteBuffer? { nil }

    public var isMostlyDone: Bool { false }
}

/// What to do with an answer once its head is known.
public enum RelayHeadDecision {
    /// Begin the answer to the client with this head.
    case commit(ResponseHead)
    /// The same, but not before so many bytes of the body came, or its end: an answer that breaks earlier was none.
    case stage(ResponseHead, bytes: Int)
    /// A stream: wait for what its first events say.
    case hold
    /// A refusal: collect its body, up to so many bytes, and give it to the request path.
    case collect(limitBytes: Int)
    /// An answer that cannot be used.
    case fail(UpstreamError)
}

/// What a piece of the body came to.
public struct RelayStep {
    /// Whether the answer may begin.
    public enum Decision {
        /// Go on as before.
        case more
        /// What came is an answer: begin it with this head.
        case commit(ResponseHead)
        /// An error came before the answer had begun: this is its data.
        case refuse(ByteBuffer)
        /// The answer cannot be used.
        case fail(UpstreamError)
    }

    /// Whether the answer may begin.
    public var decision: Decision
    /// An event was complete.
    public var hasEvent: Bool
    /// An event had content.
    public var hasContent: Bool
    /// The terminal event came: the answer is whole whatever comes after.
    public var isTerminal: Bool

    /// Makes a step.
    public init(
        _ decision: Decision = .more,
        hasEvent: Bool = false,
        hasContent: Bool = false,
        isTerminal: Bool = false
    ) {
        self.decision = decision
        self.hasEvent = hasEvent
        self.hasContent = hasContent
        self.isTerminal = isTerminal
    }
}

/// How an exchange whose answer had begun came to its end.
public enum RelayOutcome: Sendable, Equatable {
    /// The answer is whole.
    case complete
    /// The upstream broke or stalled within it.
    case failed(UpstreamError)
    /// The client left, or took nothing for too long.
    case clientGone
    /// The same, and the upstream's answer was read to its end all the same.
    case drained
}

/// What an attempt came to before anything was sent to the client.
public enum AttemptResult: Sendable {
    /// The answer has begun, or is read to its end for a client that left: the attempt is the last one.
    case committed
    /// The upstream refused, by status or by a first event that is an error (then with status 200).
    case refused(status: Int, headers: HTTPHeaders, body: ByteBuffer)
    /// The upstream could not be asked, or broke or stalled.
    case failed(UpstreamError)
    /// The client left.
    case clientGone
    /// Another attempt of a race was faster.
    case overtaken
}
