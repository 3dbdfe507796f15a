import NIOCore
import NIOEmbedded
import NIOHTTP1
import SluiceCore

@testable import SluiceHTTP

/// A client's connection on an embedded channel, with the handler that a real one has.
final class ServerHarness {
    /// Counts the reads that reach the socket.
    final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var reads = 0

        func read(context: ChannelHandlerContext) {
            self.reads += 1
            context.read()
        }
    }

    let loop = TestLoop()
    let channel: EmbeddedChannel
    let handler: RecordingHandler
    let counter = ReadCounter()
    let server: ServerContext

    init(
        limits: ServerLimits = ServerLimits(),
        timeouts: ServerTimeouts = ServerTimeouts(),
        onHandle: @escaping (ServerExchange) -> Void = { _ in }
    ) throws {
        self.channel = EmbeddedChannel(loop: self.loop.eventLoop)
        self.handler = RecordingHandler(onHandle: onHandle)
        self.server = ServerContext(
            handler: self.handler,
            limits: limits,
            timeouts: timeouts,
            usesProxyProtocol: false,
            events: NoEvents()
        )
        try self.channel.pipeline.syncOperations.addHandler(self.counter)
        try self.channel.connect(to: SocketAddress(ipAddress: "192.0.2.7", port: 40_000)).wait()
        try self.setup.addHTTP1(to: self.channel)
    }

    var setup: ConnectionSetup {
        ConnectionSetup(
            server: self.server,
            loop: self.loop.context,
            connection: ClientConnection(peer: nil, isSecure: false),
            date: HTTPDate()
        )
    }

    var exchanges: [ServerExchange] { self.handler.exchanges }

    /// Delivers one read of the socket.
    func receive(_ text: String) {
        self.receive(Array(text.utf8))
    }

    func receive(_ bytes: [UInt8]) {
        // Errors are the handler's business; what it answers is what is looked at.
        _ = try? self.channel.writeInbound(ByteBuffer(bytes: bytes))
        self.loop.eventLoop.run()
    }

    /// All bytes that were flushed since the last call, without their `date` fields. Ends the turn first.
    func sent() throws -> String {
        self.loop.eventLoop.run()
        var text = ""
        while let piece = try self.channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text.withoutDates
    }

    /// The client resets the connection.
    func reset() {
        self.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "read"))
        self.disconnect()
    }

    /// The client closes the connection.
    func disconnect() {
        self.channel.pipeline.fireChannelInactive()
        self.loop.eventLoop.run()
    }
}

/// Takes exchanges down; refuses with the error's own words as text.
final class RecordingHandler: ExchangeHandler, @unchecked Sendable {
    private(set) var exchanges: [ServerExchange] = []
    private(set) var refusals: [GatewayError] = []
    private let onHandle: (ServerExchange) -> Void

    init(onHandle: @escaping (ServerExchange) -> Void) {
        self.onHandle = onHandle
    }

    func handle(_ exchange: ServerExchange) {
        self.exchanges.append(exchange)
        self.onHandle(exchange)
    }

    func refuse(_ exchange: ServerExchange, _ error: GatewayError) {
        self.refusals.append(error)
        exchange.respond(ResponseHead(status: error.status), body: ByteBuffer(string: error.kind.rawValue))
    }
}

struct NoEvents: ServerEvents {
    func connectionOpened(loop: Int) {}
    func connectionClosed(loop: Int) {}
    func connectionRefused(loop: Int) {}
    func handshakeFailed(loop: Int) {}
}

extension ServerExchange {
    /// Answers with a short text, as a handler that knows the answer does.
    func answer(_ text: String, status: Int = 200) {
        self.respond(ResponseHead(status: status), body: ByteBuffer(string: text))
    }
}

extension String {
    /// The text without `date` lines, which differ from run to run.
    var withoutDates: String {
        var result = ""
        var rest = self[...]
        while let start = rest.firstRange(of: "date: "), let end = rest[start.upperBound...].firstRange(of: "\r\n") {
            result += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// How often another text stands in this one.
    func occurrences(of text: String) -> Int {
        self.ranges(of: text).count
    }
}
