import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// Opens connections to upstreams: name resolution off the loop, proxy tunnel, TLS, and the choice of HTTP version.
public final class UpstreamConnector: Sendable {
    enum Connection {
        case http1(HTTP1UpstreamHandler)
        case http2(HTTP2UpstreamConnection)
    }

    /// A connection on its way from the channel's initialiser to the pool, on one loop.
    ///
    /// `@unchecked Sendable`: made and read on the loop of its channel only; futures demand the mark.
    struct Opened: @unchecked Sendable {
        let connection: Connection
    }

    private let windowBytes: Int
    private let contexts = Mutex<[String: NIOSSLContext]>([:])

    /// - Parameter windowBytes: how much of an answer an upstream may send ahead on one HTTP/2 stream.
    public init(windowBytes: Int) {
        self.windowBytes = windowBytes
    }

    /// Opens a connection. Fails with ``UpstreamError``.
    func connect(pool: UpstreamPool, eventLoop: any EventLoop, deadline: NIODeadline) -> EventLoopFuture<Opened> {
        let origin = pool.origin
        let promise = eventLoop.makePromise(of: Opened.self)
        let boundPool = NIOLoopBound(pool, eventLoop: eventLoop)
        let remaining = deadline - eventLoop.now
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A burst, after which is flushed, stays well below the relay window.
            .channelOption(.maxMessagesPerRead, value: 2)
            .connectTimeout(remaining)
        let target = origin.proxy.map { ($0.host, $0.port) } ?? (origin.host, origin.port)
        bootstrap.connect(host: target.0, port: target.1).flatMap { channel in
            self.tunnel(channel, origin: origin, deadline: deadline)
        }.flatMap { channel in
            self.secure(channel, pool: boundPool)
        }.whenComplete { result in
            switch result {
            case .success(let opened): promise.succeed(opened)
            case .failure(let error): promise.fail(Self.explain(error))
            }
        }
        // The bootstrap's own limit holds for the TCP handshake only; this one also for names, tunnel and TLS.
        let timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            promise.fail(UpstreamError(.connectTimeout, "No connection to the provider in time."))
        }
        promise.futureResult.assumeIsolated().whenComplete { _ in timer.cancel() }
        return promise.futureResult
    }

    private func tunnel(_ channel: any Channel, origin: UpstreamOrigin, deadline: NIODeadline) -> EventLoopFuture<
        any Channel
    > {
        guard let proxy = origin.proxy else { return channel.eventLoop.makeSucceededFuture(channel) }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        // The handler writes none, and proxies ask for it (RFC 9112, section 3.2).
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        var headers = HTTPHeaders([("host", "\(host):\(origin.port)")])
        if let authorization = proxy.authorization { headers.add(name: "proxy-authorization", value: authorization) }
        do {
            let pipeline = channel.pipeline.syncOperations
            let encoder = HTTPRequestEncoder()
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            let connect = NIOHTTP1ProxyConnectHandler(
                targetHost: origin.host,
                targetPort: origin.port,
                headers: headers,
                deadline: deadline,
                promise: promise
            )
            try pipeline.addHandlers([encoder, decoder, connect])
            return promise.futureResult.assumeIsolated().flatMap {
                // The tunnel stands: from here on the bytes are the origin's. The handler of the tunnel removed itself.
                let pipeline = channel.pipeline.syncOperations
                return pipeline.removeHandler(decoder).and(pipeline.removeHandler(encoder)).map { _ in channel }
            }.nonisolated().flatMapErrorThrowing { error in
                channel.close(promise: nil)
                throw error
            }
        } catch {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    private func secure(_ channel: any Channel, pool: NIOLoopBound<UpstreamPool>) -> EventLoopFuture<Opened> {
        let origin = pool.value.origin
        do {
            guard origin.isSecure else {
                return channel.eventLoop.makeSucceededFuture(try self.addHTTP1(channel, pool: pool.value))
            }
            let promise = channel.eventLoop.makePromise(of: Opened.self)
            // An address cannot be named in SNI; the certificate is checked against it all the same.
            let isAddress = (try? SocketAddress(ipAddress: origin.host, port: 0)) != nil
            let tls = try NIOSSLClientHandler(
                context: self.context(authorityFile: origin.authorityFile),
                serverHostname: isAddress ? nil : origin.host
            )
            let negotiation = ApplicationProtocolNegotiationHandler { result, channel in
                channel.eventLoop.makeCompletedFuture {
                    if case .negotiated("h2") = result {
                        promise.succeed(try self.addHTTP2(channel, pool: pool.value))
                    } else {
                        promise.succeed(try self.addHTTP1(channel, pool: pool.value))
                    }
                }
            }
            try channel.pipeline.syncOperations.addHandlers([tls, negotiation, HandshakeFailure(promise: promise)])
            return promise.futureResult
        } catch {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    private func addHTTP1(_ channel: any Channel, pool: UpstreamPool) throws -> Opened {
        let handler = HTTP1UpstreamHandler(pool: pool, openedAt: channel.eventLoop.now)
        try channel.pipeline.syncOperations.addHandler(handler)
        return Opened(connection: .http1(handler))
    }

    private func addHTTP2(_ channel: any Channel, pool: UpstreamPool) throws -> Opened {
        let connection = HTTP2UpstreamConnection(channel: channel, pool: pool, idleTime: UpstreamPool.idleTime)
        try connection.configure(windowBytes: self.windowBytes)
        return Opened(connection: .http2(connection))
    }

    // Loading the system's roots takes milliseconds: each context is made once, and kept.
    private func context(authorityFile: String?) throws -> NIOSSLContext {
        try self.contexts.withLock { contexts in
            let key = authorityFile ?? ""
            if let context = contexts[key] { return context }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["h2", "http/1.1"]
            if let authorityFile { configuration.trustRoots = .file(authorityFile) }
            let context = try NIOSSLContext(configuration: configuration)
            contexts[key] = context
            return context
        }
    }

    private static func explain(_ error: any Error) -> UpstreamError {
        switch error {
        case let error as UpstreamError:
            error
        case let error as ChannelError:
            switch error {
            case .connectTimeout: UpstreamError(.connectTimeout, "No connection to the provider in time.")
            default: UpstreamError(.connect, "No connection to the provider.")
            }
        case is NIOConnectionError:
            UpstreamError(.connect, "The provider cannot be reached or refuses connections.")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            UpstreamError(.connect, "The TLS handshake with the provider failed.")
        case is NIOHTTP1ProxyConnectHandler.Error:
            UpstreamError(.connect, "The proxy opened no tunnel to the provider.")
        default:
            UpstreamError(.connect, "No connection to the provider.")
        }
    }
}

/// Fails a connection attempt when its channel breaks before the handshake is done.
private final class HandshakeFailure: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<UpstreamConnector.Opened>

    init(promise: EventLoopPromise<UpstreamConnector.Opened>) {
        self.promise = promise
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(error)
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.promise.fail(UpstreamError(.connect, "The connection closed within the TLS handshake."))
        context.fireChannelInactive()
    }
}
