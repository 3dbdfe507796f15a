public import NIOCore
import NIOHTTP1
public import SluiceCore

/// One request of a client and the answer to it, whatever the HTTP version. Loop-confined.
///
/// Reading the body is the only wait; everything else is synchronous.
public final class ServerExchange {
    private enum BodyState {
        /// Nobody asked for the body yet; what came is kept, within one read.
        case early([ByteBuffer], isComplete: Bool)
        case collecting(BodyCollector, CheckedContinuation<Result<ByteBuffer, GatewayError>, Never>?)
        case taken(BodyCollector)
        case failed(GatewayError)
        case discarded
    }

    private enum AnswerState {
        case none, begun, ended
    }

    /// More than this before anybody asked for the body stops the reading of the connection.
    private static let earlyBodyLimit = 64 * 1024

    /// The head of the request.
    public let head: RequestHead
    /// The loop of the connection.
    public let loop: LoopContext
    /// The connection that the request came on.
    public let connection: ClientConnection
    /// When the head was complete.
    public let startedAt: NIODeadline
    /// Told when the client leaves, or reads slowly.
    public weak var observer: (any ExchangeObserver)?
    /// Shown the answer as it is sent, where it is captured.
    public var copy: (any AnswerCopying)?
    /// Whether the client has left.
    public private(set) var isClientGone = false
    /// Whether the head of an answer was written.
    public var isAnswerBegun: Bool { self.answer != .none }
    /// Whether the answer is complete or cut.
    public var isAnswerEnded: Bool { self.answer == .ended }

    /// The bytes of the answer's body: those that were written, and those that are about to be.
    public var answerBytes: Int { self.writtenBytes + self.announcedBytes }

    private unowned let transport: any ServerTransport
    private var body = BodyState.early([], isComplete: false)
    /// How much of the body came before anybody asked for it.
    private var earlyBytes = 0
    private var answer = AnswerState.none
    private var writtenBytes = 0
    private var announcedBytes = 0

    init(
        head: RequestHead,
        loop: LoopContext,
        connection: ClientConnection,
        startedAt: NIODeadline,
        transport: any ServerTransport
    ) {
        self.head = head
        self.loop = loop
        self.connection = connection
        self.startedAt = startedAt
        self.transport = transport
        connection.begin(self)
    }

    deinit {
        if case .taken(var collector) = self.body { collector.release() }
        if case .collecting(var collector, _) = self.body { collector.release() }
    }

    // MARK: The request's body

    /// Reads the whole body.
    ///
    /// Fails with ``GatewayError/Kind/bodyTooLarge``, ``GatewayError/Kind/overloaded`` (the process holds too many bodies),
    /// ``GatewayError/Kind/requestTimeout`` or ``GatewayError/Kind/clientClosed``. May be called once.
    public func readBody(limitBytes: Int, budget: BodyBudget) async throws(GatewayError) -> ByteBuffer {
        if case .failed(let error) = self.body { throw error }
        guard case .early(let pieces, let isComplete) = self.body else {
            assertionFailure("A body can be read once only.")
            throw GatewayError(.internal, "The body was read twice.")
        }
        if self.isClientGone { throw Self.clientClosed }
        let expect = self.head.version == .http10 ? nil : self.head.fields.expect
        if let expect, !expect.isField("100-continue") {
            self.body = .discarded
            throw GatewayError(.expectationFailed, "The only expectation that is met is 100-continue.")
        }
        var collector = BodyCollector(limit: limitBytes, declaredLength: self.head.fields.contentLength, budget: budget)
        for piece in pieces { collector.append(piece) }
        if isComplete { collector.finish() }
        if collector.isComplete || collector.refusal != nil {
            return try self.finish(&collector).get()
        }
        self.transport.wantBody(expectsContinue: expect != nil && pieces.isEmpty)
        return try await withCheckedContinuation { continuation in
            self.body = .collecting(collector, continuation)
        }.get()
    }

    /// Lets go of the body's bytes. Called when they were sent, or are not needed any more.
    public func releaseBody() {
        if case .taken(var collector) = self.body {
            collector.release()
            self.body = .discarded
        }
    }

    func receive(body piece: ByteBuffer) {
        switch self.body {
        case .early(var pieces, let isComplete):
            self.body = .discarded
            pieces.append(piece)
            // Counted as it comes: a read may bring thousands of chunks.
            self.earlyBytes += piece.readableBytes
            self.body = .early(pieces, isComplete: isComplete)
            if self.earlyBytes > Self.earlyBodyLimit { self.transport.setBodyDemand(false) }
        case .collecting(var collector, let continuation):
            self.body = .discarded
            collector.append(piece)
            if collector.refusal != nil {
                continuation?.resume(returning: self.finish(&collector))
            } else {
                self.body = .collecting(collector, continuation)
            }
        case .taken, .failed, .discarded:
            break
        }
    }

    func receiveEnd() {
        switch self.body {
        case .early(let pieces, _):
            self.body = .early(pieces, isComplete: true)
        case .collecting(var collector, let continuation):
            self.body = .discarded
            collector.finish()
            continuation?.resume(returning: self.finish(&collector))
        case .taken, .failed, .discarded:
            break
        }
    }

    func bodyIsMalformed(_ error: GatewayError) {
        if case .early = self.body {
            self.body = .failed(error)
        } else {
            self.failBody(error)
        }
    }

    func bodyTimedOut() {
        self.failBody(GatewayError(.requestTimeout, "The request body did not arrive in time."))
    }

    private func finish(_ collector: inout BodyCollector) -> Result<ByteBuffer, GatewayError> {
        switch collector.refusal {
        case .none:
            let bytes = collector.take()
            self.body = .taken(collector)
            return .success(bytes)
        case .tooLarge(let limit):
            self.body = .discarded
            return .failure(GatewayError(.bodyTooLarge, "The request body is longer than \(limit) bytes."))
        case .overBudget:
            self.body = .discarded
            return .failure(
                GatewayError(
                    .overloaded,
                    "The gateway holds as many request bodies as it may; try again.",
                    retryAfterSeconds: 1
                )
            )
        }
    }

    private func failBody(_ error: GatewayError) {
        guard case .collecting(var collector, let continuation) = self.body else { return }
        collector.release()
        self.body = .discarded
        continuation?.resume(returning: .failure(error))
    }

    // MARK: The answer

    /// Whether more can be written before ``ExchangeObserver/clientWritabilityChanged(isWritable:)`` says so.
    public var isWritable: Bool { self.transport.isWritable }

    /// Answers with a whole body and ends the exchange.
    public func respond(_ head: ResponseHead, body: ByteBuffer) {
        guard self.answer == .none, !self.isClientGone else { return }
        var head = head
        head.bodyLength = body.readableBytes
        self.begin(head)
        if body.readableBytes > 0, self.head.method != .HEAD {
            self.writtenBytes += body.readableBytes
            self.copy?.add(body)
            self.transport.write(body)
        }
        self.end()
    }

    /// Writes the head of an answer; its body follows by ``write(_:)``.
    public func begin(_ head: ResponseHead) {
        guard self.answer == .none, !self.isClientGone else { return }
        self.answer = .begun
        self.copy?.begin(head)
        self.transport.begin(head)
    }

    /// Writes a piece of the body. Nothing is sent before ``flush()`` or ``end()``.
    public func write(_ piece: ByteBuffer) {
        guard self.answer == .begun, !self.isClientGone else { return }
        self.writtenBytes += piece.readableBytes
        self.copy?.add(piece)
        self.transport.write(piece)
    }

    /// So many bytes are written when the exchange is settled, and settlement counts them.
    public func announce(bytes: Int) {
        self.announcedBytes = bytes
    }

    /// Sends what was written.
    public func flush() {
        guard self.answer == .begun, !self.isClientGone else { return }
        self.transport.flush()
    }

    /// Ends the answer.
    public func end() {
        guard self.answer == .begun, !self.isClientGone else { return }
        self.answer = .ended
        self.releaseBody()
        self.connection.end(self)
        self.transport.end()
        self.copy?.end()
    }

    /// Cuts the answer, so that the client sees that it is not whole.
    public func abort() {
        guard self.answer != .ended, !self.isClientGone else { return }
        self.answer = .ended
        self.releaseBody()
        self.connection.end(self)
        self.transport.abort()
        self.copy?.end()
    }

    /// The process ends. What the observer cannot end in good order is cut.
    func abandon() {
        if let observer = self.observer {
            observer.serverShutsDown()
        } else {
            self.failBody(GatewayError(.shuttingDown, "The gateway is shutting down.", retryAfterSeconds: 1))
        }
    }

    func clientLeft() {
        guard !self.isClientGone else { return }
        self.isClientGone = true
        self.connection.end(self)
        self.failBody(Self.clientClosed)
        if self.answer != .ended { self.observer?.clientGone() }
        self.copy?.end()
    }

    private static let clientClosed = GatewayError(.clientClosed, "The client closed the connection.")
}
