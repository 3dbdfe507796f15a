public import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import SluiceCore
import Synchronization

/// The gateway's listener: HTTP/1.1 and HTTP/2, in clear text or over TLS.
public final class HTTPServer: Sendable {
    /// How a server is set up.
    public struct Configuration: Sendable {
        /// The address to bind, a name or a literal.
        public var host: String
        /// The port to bind; 0 lets the system choose.
        public var port: Int
        /// The bounds of the client side.
        public var limits = ServerLimits()
        /// The deadlines of the client side.
        public var timeouts = ServerTimeouts()
        /// Whether every connection begins with a PROXY protocol header.
        public var usesProxyProtocol = false
        /// The certificate; `nil` for clear text.
        public var tls: ServerTLS?

        /// Makes a configuration with default limits.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    private let channel: any Channel
    private let context: ServerContext
    private let loops: LoopContexts

    private init(channel: any Channel, context: ServerContext, loops: LoopContexts) {
        self.channel = channel
        self.context = context
        self.loops = loops
    }

    /// Binds and begins to accept connections. Throws when the address cannot be bound.
    public static func start(
        _ configuration: Configuration,
        loops: LoopContexts,
        handler: any ExchangeHandler,
        events: any ServerEvents
    ) async throws -> HTTPServer {
        let context = ServerContext(
            handler: handler,
            limits: configuration.limits,
            timeouts: configuration.timeouts,
            usesProxyProtocol: configuration.usesProxyProtocol,
            events: events
        )
        let window = configuration.limits.relayWindowBytes
        let tls = configuration.tls
        let channel = try await ServerBootstrap(group: loops.group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                // The other half of the window is what one burst may add before the upstream is no longer read.
                value: ChannelOptions.Types.WriteBufferWaterMark(low: window / 4, high: window / 2)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.accept(channel, context: context, loops: loops, tls: tls)
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .get()
        return HTTPServer(channel: channel, context: context, loops: loops)
    }

    /// The address that was bound, as `host:port`.
    public var address: String {
        guard let address = self.channel.localAddress, let host = address.ipAddress, let port = address.port else {
            return "unknown"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The number of open client connections.
    public var openConnections: Int {
        self.context.openConnections.load(ordering: .relaxed)
    }

    /// Accepts no more, lets running exchanges finish, and closes what is left after `grace`.
    ///
    /// Returns how many connections had to be cut.
    public func drain(grace: TimeAmount) async -> Int {
        self.context.isDraining.store(true, ordering: .relaxed)
        // Closing a listener fails only when it is closed already.
        try? await self.channel.close()
        self.loops.runOnEach { $0.connections.quiesce() }
        await self.context.waitUntilIdle(atMost: grace, on: self.channel.eventLoop)
        let cut = self.openConnections
        if cut > 0 {
            self.loops.runOnEach { $0.connections.abandonAll() }
            await self.context.waitUntilIdle(atMost: .milliseconds(500), on: self.channel.eventLoop)
            self.loops.runOnEach { $0.connections.closeAll() }
            await self.context.waitUntilIdle(atMost: .seconds(2), on: self.channel.eventLoop)
        }
        // Nobody waits for these: they are settled with what is known.
        self.loops.runOnEach { $0.drains.abandonAll() }
        return cut
    }

    private static func accept(
        _ channel: any Channel,
        context: ServerContext,
        loops: LoopContexts,
        tls: ServerTLS?
    ) throws {
        let loop = loops.context(for: channel.eventLoop)
        let open = context.openConnections.wrappingAdd(1, ordering: .relaxed).newValue
        let connection = ClientConnection(peer: channel.remoteAddress, isSecure: tls != nil)
        loop.connections.insert(channel, connection)
        context.events.connectionOpened(loop: loop.index)
        let bound = NIOLoopBound(loop, eventLoop: channel.eventLoop)
        let id = ObjectIdentifier(channel)
        channel.closeFuture.whenComplete { _ in
            let loop = bound.value
            loop.connections.remove(id)
            context.connectionClosed()
            context.events.connectionClosed(loop: loop.index)
        }
        guard open <= context.limits.connections, !context.isDraining.load(ordering: .relaxed) else {
            context.events.connectionRefused(loop: loop.index)
            self.turnAway(channel, isSecure: tls != nil)
            return
        }
        let setup = ConnectionSetup(server: context, loop: loop, connection: connection, date: loop.date)
        let pipeline = channel.pipeline.syncOperations
        if tls == nil || context.usesProxyProtocol {
            try pipeline.addHandler(
                ProtocolDetector(
                    setup: setup,
                    expectsProxyHeader: context.usesProxyProtocol,
                    detectsHTTP: tls == nil
                )
            )
        }
        if let tls {
            let bound = NIOLoopBound(setup, eventLoop: channel.eventLoop)
            let (tlsContext, asksForCertificates) = tls.current
            let handshake = NIOSSLServerHandler(context: tlsContext)
            if asksForCertificates { connection.asksForCertificate(handshake) }
            try pipeline.addHandlers([
                handshake,
                TLSGuard(timeout: context.timeouts.head) { [index = loop.index] in
                    context.events.handshakeFailed(loop: index)
                },
                ApplicationProtocolNegotiationHandler { result, channel in
                    channel.eventLoop.makeCompletedFuture {
                        if case .negotiated("h2") = result {
                            try bound.value.addHTTP2(to: channel)
                        } else {
                            try bound.value.addHTTP1(to: channel)
                        }
                    }
                },
            ])
        }
    }

    /// Tells a client that there is no room, without reading its request.
    private static func turnAway(_ channel: any Channel, isSecure: Bool) {
        guard !isSecure else {
            channel.close(promise: nil)
            return
        }
        let body =
            #"{"error":{"message":"The gateway has as many connections as it may; try again.","type":"server_error","param":null,"code":"overloaded"}}"#
        var bytes = channel.allocator.buffer(capacity: 512)
        bytes.writeString(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n"
                + "retry-after: 1\r\nx-request-id: \(RequestIdentifier.make())\r\nconnection: close\r\n\r\n\(body)"
        )
        // The channel is registered only after its initialiser: what is written here would be lost.
        channel.eventLoop.execute { [bytes] in
            channel.writeAndFlush(bytes).whenComplete { _ in
                channel.close(mode: .output).whenComplete { _ in
                    _ = channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
                }
            }
        }
    }
}
