import NIOCore
import NIOHTTP1
import NIOHTTP2

/// One HTTP/2 connection to an upstream, shared by the attempts of one loop. Loop-confined.
final class HTTP2UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    let openedAt: NIODeadline
    /// How many streams are open or being opened.
    private(set) var streams = 0
    private(set) var isUsable = true
    private var servedCount = 0
    private var maximumStreams = 100
    private weak var pool: UpstreamPool?
    private let channel: any Channel
    private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?
    private var deadline: LazyDeadline?
    private let idleTime: TimeAmount

    init(channel: any Channel, pool: UpstreamPool, idleTime: TimeAmount) {
        self.channel = channel
        self.openedAt = channel.eventLoop.now
        self.pool = pool
        self.idleTime = idleTime
    }

    /// Adds the HTTP/2 handlers to the channel.
    func configure(windowBytes: Int) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 64 * 1024),
            HTTP2Setting(parameter: .initialWindowSize, value: windowBytes),
        ]
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = windowBytes
        stream.outboundBufferSizeHighWatermark = 64 * 1024
        stream.outboundBufferSizeLowWatermark = 32 * 1024
        let handler = NIOHTTP2Handler(
            mode: .client,
            eventLoop: self.channel.eventLoop,
            connectionConfiguration: connection,
            streamConfiguration: stream,
            inboundStreamInitializer: { $0.close() }
        )
        try self.channel.pipeline.syncOperations.addHandlers([handler, self])
        self.multiplexer = try handler.syncMultiplexer()
        self.deadline = LazyDeadline(eventLoop: self.channel.eventLoop) { [weak self] in self?.idleTooLong() }
    }

    /// Whether another attempt can use it.
    var hasCapacity: Bool {
        self.isUsable && self.channel.isActive && self.streams < self.maximumStreams
    }

    /// Opens a stream.
    func open() -> EventLoopFuture<NIOLoopBound<HTTP2UpstreamStreamHandler>> {
        let promise = self.channel.eventLoop.makePromise(of: NIOLoopBound<HTTP2UpstreamStreamHandler>.self)
        guard let multiplexer = self.multiplexer else {
            promise.fail(UpstreamError(.connect, "The connection is not ready."))
            return promise.futureResult
        }
        self.streams += 1
        self.pool?.streamsChanged(by: 1)
        let isReused = self.servedCount > 0
        self.servedCount += 1
        let owner = NIOLoopBound(self, eventLoop: self.channel.eventLoop)
        let opened = self.channel.eventLoop.makePromise(of: (any Channel).self)
        multiplexer.createStreamChannel(promise: opened) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https),
                    HTTP2UpstreamStreamHandler(connection: owner.value, isReused: isReused),
                ])
            }
        }
        opened.futureResult.assumeIsolated().whenComplete { result in
            do {
                let stream = try result.get()
                let handler = try stream.pipeline.syncOperations.handler(type: HTTP2UpstreamStreamHandler.self)
                promise.succeed(NIOLoopBound(handler, eventLoop: stream.eventLoop))
            } catch {
                self.streamClosed()
                promise.fail(UpstreamError(.connect, "The upstream took no further HTTP/2 stream."))
            }
        }
        return promise.futureResult
    }

    /// A stream ended.
    func streamClosed() {
        self.streams -= 1
        self.pool?.streamsChanged(by: -1)
        guard self.streams == 0 else { return }
        if self.isUsable {
            self.deadline?.set(self.channel.eventLoop.now + self.idleTime)
        } else {
            self.channel.close(promise: nil)
        }
    }

    /// Takes no further streams, and closes when the last one ends.
    func retire() {
        self.isUsable = false
        if self.streams == 0 { self.channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data).payload {
        case .settings(.settings(let settings)):
            for setting in settings where setting.parameter == .maxConcurrentStreams {
                self.maximumStreams = max(1, setting.value)
            }
        case .goAway:
            self.pool?.forget(self)
            self.retire()
        default:
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isUsable = false
        self.deadline?.invalidate()
        self.pool?.forget(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.isUsable = false
        self.pool?.forget(self)
        context.close(promise: nil)
    }

    private func idleTooLong() {
        guard self.streams == 0 else { return }
        self.pool?.forget(self)
        self.retire()
    }
}
