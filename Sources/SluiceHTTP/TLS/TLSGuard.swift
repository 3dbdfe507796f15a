import NIOCore
import NIOSSL
import NIOTLS

/// Closes a connection whose TLS handshake fails or takes too long.
final class TLSGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let timeout: TimeAmount
    private let onFailure: @Sendable () -> Void
    private var deadline: LazyDeadline?
    private var isComplete = false

    init(timeout: TimeAmount, onFailure: @escaping @Sendable () -> Void) {
        self.timeout = timeout
        self.onFailure = onFailure
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let deadline = LazyDeadline(eventLoop: context.eventLoop) { [weak self, channel = context.channel] in
            self?.onFailure()
            channel.close(promise: nil)
        }
        deadline.set(context.eventLoop.now + self.timeout)
        self.deadline = deadline
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.invalidate()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            self.isComplete = true
            self.deadline?.invalidate()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !self.isComplete {
            self.onFailure()
            self.isComplete = true
            context.close(promise: nil)
        } else if let error = error as? NIOSSLError, case .uncleanShutdown = error {
            // Clients often close without close_notify. HTTP says itself where a message ends.
            context.close(promise: nil)
        } else {
            context.fireErrorCaught(error)
        }
    }
}
