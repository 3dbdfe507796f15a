import NIOCore

/// One HTTP/1.1 connection to an upstream: the driver of ``HTTP1UpstreamStateMachine`` and ``HTTP1ResponseParser``.
///
/// It stands alone between the socket, or TLS, and the relay: requests are written as bytes, and answers are read from them.
final class HTTP1UpstreamHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// Bodies up to this size are copied behind the head, so that a request is one write.
    private static let copyLimit = 16 * 1024

    let openedAt: NIODeadline
    private(set) var isReused = false
    /// Whether the pool gave it out. The pool's to write.
    var isLent = false
    private weak var pool: UpstreamPool?
    private let turn: LoopTurn
    private var parser = HTTP1ResponseParser()
    private var machine = HTTP1UpstreamStateMachine()
    private var receiver: (any UpstreamReceiver)?
    private var context: ChannelHandlerContext?
    private var deadline: LazyDeadline?
    private var isReading = true
    private var isReadHeld = false
    private var isRequestSent = true

    init(pool: UpstreamPool, openedAt: NIODeadline) {
        self.pool = pool
        self.turn = pool.turn
        self.openedAt = openedAt
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadline = LazyDeadline(eventLoop: context.eventLoop) { [weak self] in self?.deadlinePassed() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.invalidate()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch self.parser.finish() {
        case .whole: self.answerEnded(context)
        case .partial: self.fail("The connection to the upstream broke.", isPartial: true)
        case .nothing: self.fail("The upstream closed the connection.")
        }
        self.deadline?.invalidate()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail("The connection to the upstream broke.", isPartial: self.parser.finish() != .nothing)
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes after the attempt was given up, or after a fault, is nobody's.
        guard !self.machine.isClosed else { return }
        self.parser.feed(Self.unwrapInboundIn(data))
        do throws(HTTP1Fault) {
            while !self.machine.isClosed, let part = try self.parser.next() {
                switch consume part {
                case .head(let head):
                    guard self.machine.receiveHead(keepAlive: head.keepsAlive) else {
                        context.close(promise: nil)
                        return
                    }
                    self.receiver?.upstreamSentHead(status: head.status, headers: head.headers)
                case .body(let piece):
                    self.receiver?.upstreamSentBody(piece)
                case .end:
                    self.answerEnded(context)
                }
            }
        } catch {
            self.fail("The connection to the upstream broke.", malformed: true)
            context.close(promise: nil)
        }
    }

    private func answerEnded(_ context: ChannelHandlerContext) {
        let action = self.machine.receiveEnd(isRequestSent: self.isRequestSent)
        let receiver = self.receiver
        self.receiver = nil
        switch action {
        case .release:
            self.isReused = true
            if !self.isReading { self.setReading(true) }
            receiver?.upstreamSentEnd()
            self.pool?.release(self)
        case .close:
            self.pool?.takeBack(self)
            receiver?.upstreamSentEnd()
            context.close(promise: nil)
        case .ignore:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.receiver?.upstreamReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if self.isReading { context.read() } else { self.isReadHeld = true }
    }

    /// Closes an idle connection.
    func retire() {
        self.machine.cancel()
        self.deadline?.invalidate()
        self.context?.close(promise: nil)
    }

    var isUsable: Bool {
        self.machine.isIdle && self.context?.channel.isActive == true
    }

    private func fail(_ message: String, malformed: Bool = false, isPartial: Bool = false) {
        let action = self.machine.fail()
        self.pool?.takeBack(self)
        let receiver = self.receiver
        self.receiver = nil
        switch action {
        case .forget:
            self.pool?.forget(self)
        case .failBeforeAnswer:
            receiver?.upstreamFailed(
                UpstreamError(malformed ? .malformed : isPartial ? .cut : .closedBeforeAnswer, message))
        case .failWithinAnswer:
            receiver?.upstreamFailed(UpstreamError(malformed ? .malformed : .cut, message))
        case .ignore:
            break
        }
    }

    private func deadlinePassed() {
        if let receiver = self.receiver {
            receiver.upstreamDeadlinePassed()
        } else {
            self.pool?.forget(self)
            self.retire()
        }
    }
}

extension HTTP1UpstreamHandler: TurnFlushing {
    func turnEnded() {
        self.context?.flush()
    }
}

extension HTTP1UpstreamHandler: UpstreamTransport {
    func send(_ request: UpstreamRequest, receiver: any UpstreamReceiver) {
        guard let context = self.context, self.machine.send() else {
            receiver.upstreamFailed(UpstreamError(.closedBeforeAnswer, "The connection is closed."))
            return
        }
        self.receiver = receiver
        self.parser.expectAnswer()
        let length = request.bodyLength
        // Room for the request line's fixed parts and `content-length`.
        var capacity = 96 + request.method.utf8.count + request.target.utf8.count + request.authority.utf8.count
        for (name, value) in request.headers { capacity += name.utf8.count + value.utf8.count + 4 }
        let isShort = length <= Self.copyLimit
        var head = context.channel.allocator.buffer(capacity: capacity + (isShort ? length : 0))
        head.writeHead(capacity: capacity) { cursor in
            cursor.put(request.method)
            cursor.put(" ")
            cursor.put(request.target)
            cursor.put(" HTTP/1.1\r\n")
            cursor.putField("host", request.authority)
            for (name, value) in request.headers { cursor.putField(name, value) }
            if request.body != nil {
                cursor.put("content-length: ")
                cursor.put(decimal: length)
                cursor.put("\r\n")
            }
            cursor.put("\r\n")
        }
        self.isRequestSent = isShort
        if isShort {
            for piece in request.body ?? [] { head.writeImmutableBuffer(piece) }
            context.write(Self.wrapOutboundOut(head), promise: nil)
            self.turn.flush(self)
            return
        }
        context.write(Self.wrapOutboundOut(head), promise: nil)
        let pieces = request.body ?? []
        for piece in pieces.dropLast() { context.write(Self.wrapOutboundOut(piece), promise: nil) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { self.isRequestSent = true }
        context.writeAndFlush(Self.wrapOutboundOut(pieces.last ?? ByteBuffer()), promise: sent)
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
        self.pool?.takeBack(self)
        self.receiver = nil
        self.machine.cancel()
        self.deadline?.invalidate()
        self.context?.close(promise: nil)
    }
}
