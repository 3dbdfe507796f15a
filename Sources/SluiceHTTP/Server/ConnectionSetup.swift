import NIOCore
import NIOHTTP2
import NIOSSL
import NIOTLS

/// Builds the pipeline of a client connection, once it is known what the client speaks.
struct ConnectionSetup {
    let server: ServerContext
    let loop: LoopContext
    let connection: ClientConnection
    let date: HTTPDate

    /// Adds the HTTP/1.1 handler.
    func addHTTP1(to channel: any Channel) throws {
        let handler = HTTP1ServerHandler(
            server: self.server,
            loop: self.loop,
            connection: self.connection,
            date: self.date
        )
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Adds the HTTP/2 handlers.
    func addHTTP2(to channel: any Channel) throws {
        let limits = self.server.limits
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: limits.relayWindowBytes),
        ]
        configuration.stream.targetWindowSize = limits.relayWindowBytes
        configuration.stream.outboundBufferSizeHighWatermark = limits.relayWindowBytes / 2
        configuration.stream.outboundBufferSizeLowWatermark = limits.relayWindowBytes / 4
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: self.server.timeouts.keepAlive,
                maxAge: limits.connectionAge,
                maxGraceTime: nil,
                keepalive: .init(pingInterval: .minutes(2), ackTimeout: .seconds(20))
            )
        )
        let setup = NIOLoopBound(self, eventLoop: channel.eventLoop)
        let handler = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: configuration.connection,
            streamConfiguration: configuration.stream,
            streamDelegate: manager.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let setup = setup.value
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(),
                    HTTP2ServerStreamHandler(
                        server: setup.server,
                        loop: setup.loop,
                        connection: setup.connection,
                        date: setup.date
                    ),
                ])
            }
        }
        try channel.pipeline.syncOperations.addHandlers([
            handler, manager, HTTP2ConnectionGuard(connection: self.connection),
        ])
        // The channel is active already; the manager starts its timers only when it is told so.
        if channel.isActive {
            try manager.channelActive(context: channel.pipeline.syncOperations.context(handler: manager))
        }
    }
}
