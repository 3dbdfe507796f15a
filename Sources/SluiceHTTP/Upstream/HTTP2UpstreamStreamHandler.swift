import NIOCore
import NIOHTTP1

/// One HTTP/2 stream to an upstream: one attempt.
final class HTTP2UpstreamStreamHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPClientRequestPart

    let isReused: Bool
    private let connection: HTTP2UpstreamConnection
    private var receiver: (any UpstreamReceiver)?
    private var context: ChannelHandlerContext?
    private var deadline: LazyDeadline?
    private var isReading = true
    private var isReadHeld = false
    private var hasHead = false
    private var isClosed = false

    init(connection: HTTP2UpstreamConnection, isReused: Bool) {
        self.connection = connection
        self.isReused = isReused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadline = LazyDeadline(eventLoop: context.eventLoop) { [weak self] in
            self?.receiver?.upstreamDeadlinePassed()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.deadline?.invalidate()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.fail(.init(self.hasHead ? .cut : .closedBeforeAnswer, "The upstream closed the HTTP/2 stream."))
        if !self.isClosed {
            self.isClosed = true
            self.connection.streamClosed()
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(.init(self.hasHead ? .cut : .closedBeforeAnswer, "The HTTP/2 stream to the upstream broke."))
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            guard head.status.code >= 200 else { return }
            self.hasHead = true
            self.receiver?.upstreamSentHead(status: Int(head.status.code), headers: head.headers)
        case .body(let piece):
            self.receiver?.upstreamSentBody(piece)
        case .end:
            let receiver = self.receiver
            self.receiver = nil
            self.deadline?.invalidate()
            receiver?.upstreamSentEnd()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.receiver?.upstreamReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if self.isReading { context.read() } else { self.isReadHeld = true }
    }

    private func fail(_ error: UpstreamError) {
        let receiver = self.receiver
        self.receiver = nil
        self.deadline?.invalidate()
        receiver?.upstreamFailed(error)
    }
}

extension HTTP2UpstreamStreamHandler: UpstreamTransport {
    func send(_ request: UpstreamRequest, receiver: any UpstreamReceiver) {
        guard let context = self.context, context.channel.isActive else {
            receiver.upstreamFailed(UpstreamError(.closedBeforeAnswer, "The HTTP/2 stream is closed."))
            return
        }
        self.receiver = receiver
        var headers = HTTPHeaders()
        headers.add(name: "host", value: request.authority)
        for (name, value) in request.headers { headers.add(name: name, value: value) }
        if request.body != nil { headers.add(name: "content-length", value: String(request.bodyLength)) }
        let head = HTTPRequestHead(
            version: .http2,
            method: request.method == "GET" ? .GET : .POST,
            uri: request.target,
            headers: headers
        )
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        for piece in request.body ?? [] where piece.readableBytes > 0 {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func setDeadline(_ deadline: NIODeadline) {
        self.deadline?.set(deadline)
    }

    func setReading(_ isReading: Bool) {
        self.isReading = isReading
        if isReading, self.isReadHeld {
            self.isReadHeld = false
            self.context?.read()
        }
    }

    func cancel() {
        self.receiver = nil
        self.deadline?.invalidate()
        // Closing the stream's channel before its end sends RST_STREAM(CANCEL).
        self.context?.close(promise: nil)
    }
}
