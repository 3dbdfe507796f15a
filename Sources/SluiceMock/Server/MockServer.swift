public import NIOCore
import NIOHTTP1
import NIOPosix

/// The mock model: an HTTP/1.1 server that speaks the dialects of OpenAI, Anthropic, Gemini, Bedrock, Ollama and Cohere,
/// answers by rule, and fails in every way that it is told to.
///
/// What it can be told is listed at `GET /` of a running server and in `docs/mock.md`.
///
/// ```swift
/// let mock = try await MockServer.start(group: group)
/// // requests to http://127.0.0.1:\(mock.port)/v1/chat/completions
/// try await mock.stop()
/// ```
public final class MockServer: Sendable {
    private let listener: any Channel
    private let connections: ConnectionRegistry

    /// The port that the server listens on.
    public let port: Int

    private init(listener: any Channel, port: Int, connections: ConnectionRegistry) {
        self.listener = listener
        self.port = port
        self.connections = connections
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - host: the address to listen on; the mock trusts everybody who reaches it, so keep it on loopback.
    ///   - port: the port, or 0 for any free one; see ``port``.
    ///   - group: where connections live. It has to outlive the server.
    ///   - configuration: limits and the key.
    /// - Throws: the error of the system when the address cannot be had.
    public static func start(
        host: String = "127.0.0.1", port: Int = 0, group: any EventLoopGroup,
        configuration: MockConfiguration = .default
    ) async throws -> MockServer {
        let service = MockService(configuration)
        let connections = ConnectionRegistry()
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: Filler.blockBytes / 2, high: 2 * Filler.blockBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(MockHandler(service, connections))
                }
            }
            .bind(host: host, port: port)
            .get()
        return MockServer(
            listener: listener, port: listener.localAddress?.port ?? port, connections: connections)
    }

    /// Stops listening and closes every connection, whatever is running on it. Does nothing when called again.
    public func stop() async throws {
        do {
            try await listener.close().get()
        } catch ChannelError.alreadyClosed {
            // Stopped before.
        }
        try await connections.closeAll(on: listener.eventLoop).get()
    }
}
