import NIOCore
import NIOHTTP1
import SluiceCore

/// One HTTP/2 stream of a client: one exchange.
final class HTTP2ServerStreamHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ServerContext
    private let loop: LoopContext
    private let connection: ClientConnection
    private let date: HTTPDate
    private var exchange: ServerExchange?
    private var context: ChannelHandlerContext?
    private var deadline: LazyDeadline?
    private var isBodyWanted = true
    private var isReadHeld = false
    private var isRequestComplete = false
    private var hasEnded = false
    private var bodyStart = NIODeadline.distantPast
    private var bodyBytes = 0

    init(server: ServerContext, loop: LoopContext, connection: ClientConnection, date: HTTPDate) {
        self.server = server
        self.loop = loop
        self.connection = connection
        self.date = date
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.deadline?.invalidate()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.invalidate()
        let exchange = self.exchange
        self.exchange = nil
        exchange?.clientLeft()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            self.start(head, context)
        case .body(let piece):
            self.bodyBytes += piece.readableBytes
            self.deadline?.set(self.bodyDeadline)
            self.exchange?.receive(body: piece)
        case .end:
            self.isRequestComplete = true
            self.deadline?.clear()
            self.exchange?.receiveEnd()
        }
    }

    func read(context: ChannelHandlerContext) {
        if self.isBodyWanted { context.read() } else { self.isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.exchange?.observer?.clientWritabilityChanged(isWritable: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    private var bodyDeadline: NIODeadline {
        self.server.timeouts.bodyDeadline(start: self.bodyStart, received: self.bodyBytes)
    }

    private func start(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard self.exchange == nil, !self.hasEnded else { return }
        let now = context.eventLoop.now
        let deadline = LazyDeadline(eventLoop: context.eventLoop) { [weak self] in self?.exchange?.bodyTimedOut() }
        self.deadline = deadline
        self.bodyStart = now
        deadline.set(self.bodyDeadline)
        let exchange = ServerExchange(
            head: RequestHead(method: head.method, target: head.uri, version: .http2, headers: head.headers),
            loop: self.loop,
            connection: self.connection,
            startedAt: now,
            transport: self
        )
        self.exchange = exchange
        if let problem = RequestHeadCheck(limits: self.server.limits).problem(with: exchange.head) {
            self.server.handler.refuse(exchange, problem)
        } else {
            self.server.handler.handle(exchange)
        }
    }
}

extension HTTP2ServerStreamHandler: ServerTransport {
    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    func wantBody(expectsContinue: Bool) {
        guard let context = self.context else { return }
        self.setBodyDemand(true)
        if expectsContinue {
            context.writeAndFlush(
                Self.wrapOutboundOut(.head(HTTPResponseHead(version: .http2, status: .continue))),
                promise: nil
            )
        }
    }

    func setBodyDemand(_ isWanted: Bool) {
        self.isBodyWanted = isWanted
        if isWanted, self.isReadHeld {
            self.isReadHeld = false
            self.context?.read()
        }
    }

    func begin(_ head: ResponseHead) {
        guard let context = self.context else { return }
        var headers = head.headers
        headers.add(name: "date", value: self.date.text(now: context.eventLoop.now))
        if let length = head.bodyLength, head.status != 204 {
            headers.add(name: "content-length", value: String(length))
        }
        let response = HTTPResponseHead(
            version: .http2,
            status: HTTPResponseStatus(statusCode: head.status),
            headers: headers
        )
        context.write(Self.wrapOutboundOut(.head(response)), promise: nil)
    }

    func write(_ piece: ByteBuffer) {
        guard let exchange = self.exchange, exchange.head.method != .HEAD, piece.readableBytes > 0 else { return }
        self.context?.write(Self.wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
    }

    // The streams of a connection are flushed together by their multiplexer.
    func flush() {
        self.loop.turn.commit()
        self.context?.flush()
    }

    func end() {
        guard let context = self.context else { return }
        self.hasEnded = true
        self.exchange = nil
        self.deadline?.invalidate()
        self.loop.turn.commit()
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        if !self.isRequestComplete {
            // The rest of the request is not wanted: the stream is reset once the answer is out (RFC 9113, section 8.1).
            context.close(promise: nil)
        }
    }

    func abort() {
        self.hasEnded = true
        self.exchange = nil
        self.deadline?.invalidate()
        // Closing a stream channel that has not ended sends RST_STREAM.
        self.context?.close(promise: nil)
    }
}
