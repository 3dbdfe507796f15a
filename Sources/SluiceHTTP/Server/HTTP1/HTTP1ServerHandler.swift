import NIOCore
import NIOHTTP1
import SluiceCore

/// One HTTP/1.1 connection of a client: the driver of ``HTTP1ServerStateMachine``.
///
/// It stands alone between the socket, or TLS, and the exchanges: reads what ``HTTP1RequestParser`` makes of the bytes, and
/// writes bytes that ``HTTP1ResponseWriter`` framed.
final class HTTP1ServerHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// How long a connection is read on after an answer that came before its request was complete.
    private static let lingerTime = TimeAmount.seconds(2)
    /// What a head has beside the bytes that ``RequestHeadCheck`` counts: method, version, blanks.
    private static let headAllowance = 512

    private let server: ServerContext
    private let loop: LoopContext
    private let connection: ClientConnection
    private let date: HTTPDate
    private var machine = HTTP1ServerStateMachine()
    private var writer = HTTP1ResponseWriter()
    private var parser: HTTP1RequestParser
    private var queue = CircularBuffer<HTTP1RequestParser.Part>()
    private var exchange: ServerExchange?
    private var context: ChannelHandlerContext?
    private var deadline: LazyDeadline?
    private var isHeadStarted = false
    private var isBodyWanted = true
    private var isReadHeld = false
    /// The channel's own word, kept here: it is asked for with every event of a stream.
    private var isChannelWritable = true
    private var isDrainingQueue = false
    private var isBroken = false
    /// Whether something was written since the last flush.
    private var isFlushDue = false
    private var bodyStart = NIODeadline.distantPast
    private var bodyBytes = 0

    init(server: ServerContext, loop: LoopContext, connection: ClientConnection, date: HTTPDate) {
        self.server = server
        self.loop = loop
        self.connection = connection
        self.date = date
        self.parser = HTTP1RequestParser(headLimit: server.limits.headBytes + Self.headAllowance)
    }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.isChannelWritable = context.channel.isWritable
        let deadline = LazyDeadline(eventLoop: context.eventLoop) { [weak self] in self?.deadlinePassed() }
        self.deadline = deadline
        self.isHeadStarted = true
        deadline.set(context.eventLoop.now + self.server.timeouts.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.invalidate()
        self.deadline = nil
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.closed()
        self.close(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, self.machine.quiesce() == .close {
            self.close(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func closed() {
        self.machine.close()
        self.queue.removeAll()
        self.deadline?.invalidate()
        let exchange = self.exchange
        self.exchange = nil
        exchange?.clientLeft()
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.parser.feed(Self.unwrapInboundIn(data))
        do throws(HTTP1Fault) {
            while let part = try self.parser.next() { self.receive(part, from: context) }
        } catch {
            self.receiveGarbage(error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes came, but no whole head: a slow head is timed from here.
        guard self.machine.isIdle, self.parser.isWithinHead, !self.isHeadStarted else { return }
        self.isHeadStarted = true
        self.deadline?.set(context.eventLoop.now + self.server.timeouts.head)
    }

    func read(context: ChannelHandlerContext) {
        if self.queue.isEmpty, self.isBodyWanted {
            context.read()
        } else {
            self.isReadHeld = true
        }
    }

    private func receive(_ part: HTTP1RequestParser.Part, from context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            let hasQueue = !self.queue.isEmpty && !self.isDrainingQueue
            switch self.machine.receiveHead(keepAlive: head.keepsAlive, hasQueue: hasQueue) {
            case .startExchange: self.start(head, context)
            case .queue: self.queue.append(part)
            case .deliver, .drop: break
            }
        case .body(let piece):
            switch self.machine.receiveBody() {
            case .deliver:
                self.bodyBytes += piece.readableBytes
                self.deadline?.set(
                    self.server.timeouts.bodyDeadline(start: self.bodyStart, received: self.bodyBytes)
                )
                self.exchange?.receive(body: piece)
            case .queue: self.queue.append(part)
            case .startExchange, .drop: break
            }
        case .end:
            switch self.machine.receiveEnd() {
            case .deliver:
                self.deadline?.clear()
                self.isBodyWanted = true
                self.exchange?.receiveEnd()
            case .queue: self.queue.append(part)
            case .startExchange, .drop: break
            }
        }
    }

    private func start(_ head: HTTP1RequestHead, _ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        self.isHeadStarted = false
        self.bodyStart = now
        self.bodyBytes = 0
        self.deadline?.set(now + self.server.timeouts.body)
        let exchange = ServerExchange(
            head: RequestHead(
                method: head.method, target: head.target, version: head.version, headers: head.headers),
            loop: self.loop,
            connection: self.connection,
            startedAt: now,
            transport: self
        )
        self.exchange = exchange
        if let problem = RequestHeadCheck(limits: self.server.limits).problem(with: exchange.head) {
            self.machine.forbidKeepAlive()
            self.server.handler.refuse(exchange, problem)
        } else {
            self.server.handler.handle(exchange)
        }
    }

    private func receiveGarbage(_ fault: HTTP1Fault) {
        guard !self.isBroken else { return }
        self.isBroken = true
        let problem =
            switch fault {
            case .headTooLong: GatewayError(.headTooLarge, "The request head is too long.")
            case .malformed: GatewayError(.malformedRequest, "The request is not valid HTTP/1.1.")
            }
        switch self.machine.receiveGarbage() {
        case .startExchange:
            self.refuseUnread(problem)
        case .deliver:
            // The head was fine, the body is not. Whoever waits for it is told; an answer that has begun is cut.
            if let exchange = self.exchange, exchange.isAnswerBegun {
                exchange.abort()
            } else {
                self.exchange?.bodyIsMalformed(problem)
            }
        case .queue, .drop:
            // The answer that is under way still goes out; then the connection closes.
            break
        }
    }

    /// Answers to bytes that are no request.
    private func refuseUnread(_ problem: GatewayError) {
        let exchange = ServerExchange(
            head: RequestHead(method: .GET, target: "", version: .http11, headers: [:]),
            loop: self.loop,
            connection: self.connection,
            startedAt: self.loop.eventLoop.now,
            transport: self
        )
        self.exchange = exchange
        self.server.handler.refuse(exchange, problem)
    }

    private func deadlinePassed() {
        if self.machine.isReadingBody {
            self.machine.forbidKeepAlive()
            self.exchange?.bodyTimedOut()
        } else if self.machine.isIdle, self.parser.isWithinHead {
            // A connection on which no byte of a request came is closed without a word.
            _ = self.machine.receiveGarbage()
            self.refuseUnread(GatewayError(.requestTimeout, "The request head did not arrive in time."))
        } else {
            if let context = self.context { self.close(context) }
        }
    }

    // MARK: After an answer

    private func answerEnded() {
        guard let context = self.context else { return }
        self.exchange = nil
        switch self.machine.answerEnded() {
        case .next:
            self.next(context)
        case .close:
            self.close(context)
        case .linger:
            self.isBodyWanted = true
            self.deadline?.set(context.eventLoop.now + Self.lingerTime)
            self.close(context, mode: .output)
            self.resumeReading(context)
        case .none:
            break
        }
    }

    private func next(_ context: ChannelHandlerContext) {
        if self.isBroken, self.queue.isEmpty {
            self.close(context)
            return
        }
        self.deadline?.set(context.eventLoop.now + self.server.timeouts.keepAlive)
        guard !self.queue.isEmpty, !self.isDrainingQueue else { return }
        self.isDrainingQueue = true
        // One whole request at a time: an answer that ends at once comes back here through the loop's condition.
        while let part = self.queue.first {
            if case .head = part, !self.machine.isIdle { break }
            self.queue.removeFirst()
            self.receive(part, from: context)
        }
        self.isDrainingQueue = false
        if self.queue.isEmpty { self.resumeReading(context) }
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        if self.isReadHeld {
            self.isReadHeld = false
            context.read()
        }
    }
}

// MARK: Flushing and closing

extension HTTP1ServerHandler: TurnFlushing {
    private func flushLater() {
        guard !self.isFlushDue else { return }
        self.isFlushDue = true
        self.loop.turn.flush(self)
    }

    func turnEnded() {
        guard self.isFlushDue else { return }
        self.isFlushDue = false
        self.context?.flush()
    }

    private func close(_ context: ChannelHandlerContext, mode: CloseMode = .all) {
        self.close(context: context, mode: mode, promise: nil)
    }

    /// Closing takes back what was not flushed: what was given out before goes first.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if self.isFlushDue {
            self.loop.turn.commit()
            self.turnEnded()
        }
        context.close(mode: mode, promise: promise)
    }
}

extension HTTP1ServerHandler: ServerTransport {
    var isWritable: Bool { self.isChannelWritable }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isChannelWritable = context.channel.isWritable
        self.exchange?.observer?.clientWritabilityChanged(isWritable: self.isChannelWritable)
        context.fireChannelWritabilityChanged()
    }

    func wantBody(expectsContinue: Bool) {
        self.setBodyDemand(true)
        guard expectsContinue, let context = self.context else { return }
        var line = context.channel.allocator.buffer(capacity: 32)
        line.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        context.write(Self.wrapOutboundOut(line), promise: nil)
        self.flushLater()
    }

    func setBodyDemand(_ isWanted: Bool) {
        self.isBodyWanted = isWanted
        if isWanted, let context = self.context { self.resumeReading(context) }
    }

    func begin(_ head: ResponseHead) {
        guard let context = self.context, let request = self.exchange?.head else { return }
        let endsByClosing = request.version == .http10 && head.bodyLength == nil
        if self.machine.isReadingBody || endsByClosing { self.machine.forbidKeepAlive() }
        self.writer.begin(
            head,
            version: request.version,
            isHead: request.method == .HEAD,
            keepAlive: self.machine.keepsAlive && !self.isBroken,
            date: self.date.text(now: context.eventLoop.now),
            allocator: context.channel.allocator
        )
    }

    func write(_ piece: ByteBuffer) {
        guard let context = self.context else { return }
        self.writer.write(piece) { context.write(Self.wrapOutboundOut($0), promise: nil) }
    }

    func flush() {
        guard let context = self.context else { return }
        _ = self.writer.flush { context.write(Self.wrapOutboundOut($0), promise: nil) }
        self.flushLater()
    }

    func end() {
        guard let context = self.context else { return }
        self.writer.end { context.write(Self.wrapOutboundOut($0), promise: nil) }
        self.flushLater()
        self.answerEnded()
    }

    func abort() {
        self.machine.forbidKeepAlive()
        self.exchange = nil
        if let context = self.context { self.close(context) }
    }
}
