import Glibc
import NIOCore
import NIOHTTP1

/// One connection: collects a request, asks ``MockService`` for the reply, and plays its steps.
///
/// Lives on its event loop; there is no task and no queue of its own. Steps are taken only while the connection can
/// be written to, so that a slow reader holds at most one high-water mark of bytes, and a stream waits in one
/// timer. Heads and ends go through NIO's encoder; bodies are framed by ``BodyWriter`` and go past it, a burst in
/// one write.
final class MockHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between exchanges.
        case idle
        /// A head has come, and the body so far.
        case receiving(HTTPRequestHead, [UInt8])
        /// The reply goes out before the request is in; what still comes is dropped.
        case discarding
        /// The reply is on its way.
        case answering
        /// Broken off or closed: nothing goes out any more.
        case over
    }

    /// Steps taken in one turn of the loop before other connections get theirs.
    private static let stepsPerTurn = 256
    /// A wait that ended longer ago than this is not caught up.
    private static let longestLag = TimeAmount.seconds(1)
    private static let sliceBytes = 64 * 1024

    private let service: MockService
    private let connections: ConnectionRegistry
    private var context: ChannelHandlerContext?
    private var state = State.idle
    private var steps: ReplySteps?
    private var isReplying = false
    private var writer = BodyWriter()
    /// Where the bytes of bodies are written: behind NIO's encoder.
    private var encoder: ChannelHandlerContext?
    private var version = HTTPVersion.http1_1
    private var isStream = false
    private var isCounted = false
    private var isActive = false
    private var timer: NIOScheduledCallback?
    /// When the last wait was to end.
    private var deadline: NIODeadline?
    /// How many tokens of the answer are counted; nil before its head.
    private var tokensCounted: Int?
    /// The rest of a step too large for one write.
    private var rest: ArraySlice<UInt8> = []

    init(_ service: MockService, _ connections: ConnectionRegistry) {
        self.service = service
        self.connections = connections
    }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
        if context.channel.isActive { activate(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        encoder = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        activate(context)
        context.fireChannelActive()
    }

    private func activate(_ context: ChannelHandlerContext) {
        guard !isActive else { return }
        isActive = true
        MockStatistics.add(1, to: service.statistics.connectionsAccepted)
        MockStatistics.add(1, to: service.statistics.openConnections)
        connections.add(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isActive {
            isActive = false
            MockStatistics.add(-1, to: service.statistics.openConnections)
            connections.remove(context.channel)
        }
        switch state {
        case .answering, .discarding, .receiving:
            if case .receiving = state { isCounted = true }
            if isCounted { MockStatistics.add(1, to: service.statistics.abortedByClient) }
        case .idle, .over:
            break
        }
        finishExchange()
        state = .over
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset by the client, or bytes that are no HTTP, which the error handler has answered already.
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { play(context) }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): receive(head, context)
        case .body(let buffer): receive(buffer, context)
        case .end: receiveEnd(context)
        }
    }

    private func receive(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        let length = head.headers.first(name: "content-length").flatMap(Int.init) ?? 0
        if length > service.configuration.bodyLimitBytes {
            answerEarly(head, context)
            return
        }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(proceed)), promise: nil)
        }
        var body: [UInt8] = []
        body.reserveCapacity(length)
        state = .receiving(head, body)
    }

    private func receive(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .receiving(let head, var body) = state else { return }
        // Takes the array out of the state, so that appending does not copy it.
        state = .idle
        guard body.count + buffer.readableBytes <= service.configuration.bodyLimitBytes else {
            answerEarly(head, context)
            return
        }
        body.append(contentsOf: buffer.readableBytesView)
        state = .receiving(head, body)
    }

    private func receiveEnd(_ context: ChannelHandlerContext) {
        guard case .receiving(let head, let body) = state else { return }
        state = .answering
        let request = ReceivedRequest(
            method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body)
        let (plan, isCounted) = service.reply(to: request)
        // Whoever speaks 1.0 knows no chunks, and gets the end of the connection instead.
        version = head.version
        let isClosing = !head.isKeepAlive || head.version == .http1_0
        begin(plan, isCounted: isCounted, isClosing: isClosing, context)
    }

    private func answerEarly(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        state = .discarding
        let request = ReceivedRequest(method: head.method.rawValue, uri: head.uri, headers: head.headers)
        begin(service.tooLarge(request), isCounted: true, isClosing: true, context)
    }

    // MARK: Reply

    private func begin(_ plan: ReplyPlan, isCounted: Bool, isClosing: Bool, _ context: ChannelHandlerContext) {
        steps = ReplySteps(plan, isClosing: isClosing)
        isReplying = true
        self.isCounted = isCounted
        isStream = plan.isStream
        if isCounted { MockStatistics.add(1, to: service.statistics.activeRequests) }
        if isStream { MockStatistics.add(1, to: service.statistics.activeStreams) }
        play(context)
    }

    /// Takes steps until one has to wait: for time, for the reader, or for the other connections of this loop.
    private func play(_ context: ChannelHandlerContext) {
        guard isReplying, timer == nil else { return }
        let flushesEachStep = steps?.flushesEachStep ?? false
        var taken = 0
        // A flush can call back into here and start a wait, which this loop then has to respect.
        while isReplying, timer == nil {
            guard context.channel.isWritable else { break }
            guard taken < Self.stepsPerTurn else {
                schedule(.now(), context)
                break
            }
            taken += 1
            if rest.isEmpty {
                guard let step = steps?.next() else { break }
                count(step)
                guard run(step, context) else { break }
            } else {
                writeSlice(context)
            }
            if flushesEachStep { flush(context) }
        }
        flush(context)
    }

    /// Runs one step. Returns whether the next may follow at once.
    private func run(_ step: ReplyStep, _ context: ChannelHandlerContext) -> Bool {
        switch step {
        case .wait(let duration):
            return !wait(duration, context)
        case .head(let status, let headers):
            let head = HTTPResponseHead(version: version, status: status, headers: headers)
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            writer.isChunked = version != .http1_0 && !headers.contains(name: "content-length")
            return true
        case .bytes(let bytes):
            rest = bytes
            writeSlice(context)
            return true
        case .filler(let count):
            if let block = Filler.buffer.getSlice(at: 0, length: min(count, Filler.blockBytes)) {
                writer.begin(block.readableBytes)
                writePending()
                encoder?.write(NIOAny(block), promise: nil)
                writer.end()
            }
            return true
        case .raw(let bytes):
            writer.append(raw: bytes)
            return true
        case .end(let isClosing):
            end(isClosing: isClosing, context)
            return false
        case .stall:
            // The exchange stays open until the client leaves.
            return false
        case .cut:
            breakOff(context)
            return false
        case .reset:
            reset(context)
            return false
        }
    }

    /// Counts what a step serves: the prompt with the head, the answer with its tokens.
    private func count(_ step: ReplyStep) {
        guard let usage = steps?.usage, let made = steps?.tokensMade else { return }
        if case .head = step {
            service.served.begin(usage)
            tokensCounted = 0
        }
        guard let counted = tokensCounted, made > counted else { return }
        service.served.add(tokens: counted..<made, of: usage)
        tokensCounted = made
    }

    private func writeSlice(_ context: ChannelHandlerContext) {
        let slice = rest.prefix(Self.sliceBytes)
        rest = slice.count == rest.count ? [] : rest.dropFirst(slice.count)
        writer.append(slice)
        if writer.isFull { writePending() }
    }

    private func writePending() {
        guard let buffer = writer.take() else { return }
        encoder?.write(NIOAny(buffer), promise: nil)
    }

    private func flush(_ context: ChannelHandlerContext) {
        writePending()
        context.flush()
    }

    private func end(isClosing: Bool, _ context: ChannelHandlerContext) {
        writePending()
        finishExchange()
        if case .discarding = state {} else { state = .idle }
        guard isClosing else {
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
            return
        }
        state = .over
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: written)
    }

    /// Closes once everything written so far has gone out. The body is left without its end.
    private func breakOff(_ context: ChannelHandlerContext) {
        writePending()
        finishExchange()
        state = .over
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        // Writes nothing, behind everything else.
        guard let encoder else { return written.succeed() }
        encoder.writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    }

    /// Closes so that the system sends a reset: with a linger time of zero.
    private func reset(_ context: ChannelHandlerContext) {
        flush(context)
        finishExchange()
        state = .over
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    /// Forgets the exchange. Called on every outcome, however often.
    private func finishExchange() {
        guard isReplying else { return }
        isReplying = false
        steps = nil
        tokensCounted = nil
        rest = []
        writer = BodyWriter()
        deadline = nil
        timer?.cancel()
        timer = nil
        if isCounted { MockStatistics.add(-1, to: service.statistics.activeRequests) }
        if isStream { MockStatistics.add(-1, to: service.statistics.activeStreams) }
        isStream = false
        isCounted = false
    }

    // MARK: Time

    /// Waits, counted from the end of the wait before. Returns whether there is anything to wait for.
    private func wait(_ duration: Duration, _ context: ChannelHandlerContext) -> Bool {
        let now = NIODeadline.now()
        var start = deadline ?? now
        if start + Self.longestLag < now { start = now }
        let end = start + TimeAmount(duration)
        deadline = end
        guard end > now else { return false }
        schedule(end, context)
        return true
    }

    private func schedule(_ time: NIODeadline, _ context: ChannelHandlerContext) {
        timer = try? context.eventLoop.assumeIsolated().scheduleCallback(at: time, handler: self)
        // The loop is shutting down: so does the connection.
        if timer == nil { context.close(promise: nil) }
    }
}

extension MockHandler: NIOScheduledCallbackHandler {
    func handleScheduledCallback(eventLoop: some EventLoop) {
        timer = nil
        if let context { play(context) }
    }
}
