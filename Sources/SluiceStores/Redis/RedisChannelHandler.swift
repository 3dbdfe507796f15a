import NIOCore
import SluiceCore

/// Sends commands and gives each its answer: the protocol answers in the order of asking.
///
/// Commands of one turn of the loop go out in one flush. The oldest command that is late ends the connection.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Pending {
        var promise: EventLoopPromise<RESPValue>
        var deadline: NIODeadline
    }

    private var context: ChannelHandlerContext?
    private var parser = RESPParser()
    private var pending = CircularBuffer<Pending>()
    private var isFlushing = false
    private var timer: Scheduled<Void>?
    private let onClose: (StoreError) -> Void
    private var failure = StoreError(.unavailable, "the connection to Redis was closed")

    /// Makes a handler; `onClose` is called once, when the connection is gone.
    init(onClose: @escaping (StoreError) -> Void) {
        self.onClose = onClose
    }

    /// How many commands wait for an answer.
    var count: Int { self.pending.count }

    /// Sends a command. To be called on the channel's loop.
    func send(_ command: RedisCommand, deadline: NIODeadline, promise: EventLoopPromise<RESPValue>) {
        guard let context, context.channel.isActive else {
            promise.fail(self.failure)
            return
        }
        self.pending.append(Pending(promise: promise, deadline: deadline))
        context.write(Self.wrapOutboundOut(context.channel.allocator.buffer(bytes: command.encoded)), promise: nil)
        if self.timer == nil { self.arm(context) }
        guard !self.isFlushing else { return }
        self.isFlushing = true
        context.eventLoop.assumeIsolated().execute {
            self.isFlushing = false
            self.context?.flush()
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.parser.feed(Self.unwrapInboundIn(data).readableBytesView)
        do throws(RESPParser.Failure) {
            while let value = try self.parser.next() {
                if case .push = value { continue }
                guard let first = self.pending.popFirst() else {
                    self.end(context, StoreError(.corrupt, "Redis answered what was not asked"))
                    return
                }
                first.promise.succeed(value)
            }
        } catch {
            self.end(context, StoreError(.corrupt, "what Redis sent is not its protocol: \(error)"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
        let pending = self.pending
        self.pending.removeAll()
        for waiting in pending { waiting.promise.fail(self.failure) }
        self.onClose(self.failure)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(context, StoreError(.unavailable, "the connection to Redis broke: \(error)"))
    }

    private func end(_ context: ChannelHandlerContext, _ failure: StoreError) {
        self.failure = failure
        context.close(promise: nil)
    }

    /// Looks again when the oldest command is due. Later ones are not due earlier, since all are given the same time.
    private func arm(_ context: ChannelHandlerContext) {
        guard let first = self.pending.first else {
            self.timer = nil
            return
        }
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: first.deadline) {
            self.timer = nil
            guard let context = self.context, let first = self.pending.first else { return }
            guard first.deadline > .now() else {
                self.end(context, StoreError(.timeout, "Redis did not answer in time"))
                return
            }
            self.arm(context)
        }
    }
}
