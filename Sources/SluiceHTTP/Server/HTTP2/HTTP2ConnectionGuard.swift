import NIOCore
import NIOHTTP2

/// Ends an HTTP/2 connection of a client when it has to end: after a connection error, and in a drain once it is idle.
///
/// NIOHTTP2 sends GOAWAY and leaves it to the client to close; one that does not would hold the connection for ever.
final class HTTP2ConnectionGuard: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    /// How long a client has to read the GOAWAY.
    private static let farewellTime = TimeAmount.milliseconds(250)

    private let connection: ClientConnection
    private var isQuiescing = false

    init(connection: ClientConnection) {
        self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.connection.onIdle = { [weak self, channel = context.channel] in
            if self?.isQuiescing == true { Self.close(channel) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.connection.onIdle = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            self.isQuiescing = true
            if self.connection.activeCount == 0 { Self.close(context.channel) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An error of one stream is that stream's own.
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }

    private static func close(_ channel: any Channel) {
        channel.eventLoop.scheduleTask(in: Self.farewellTime) { channel.close(promise: nil) }
    }
}
