import NIOCore

/// Reads the first bytes of a connection to see what follows: a PROXY protocol header where one is expected, then HTTP/2
/// by prior knowledge (RFC 9113, section 3.3) or HTTP/1.1. Leaves the pipeline once that is known.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let setup: ConnectionSetup
    private let detectsHTTP: Bool
    private var expectsProxyHeader: Bool
    private var buffer = ByteBuffer()
    private var deadline: LazyDeadline?
    private var isDone = false

    /// - Parameter detectsHTTP: false when TLS follows and ALPN says what is spoken.
    init(setup: ConnectionSetup, expectsProxyHeader: Bool, detectsHTTP: Bool) {
        self.setup = setup
        self.expectsProxyHeader = expectsProxyHeader
        self.detectsHTTP = detectsHTTP
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let deadline = LazyDeadline(eventLoop: context.eventLoop) { [channel = context.channel] in
            channel.close(promise: nil)
        }
        deadline.set(context.eventLoop.now + self.setup.server.timeouts.head)
        self.deadline = deadline
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.invalidate()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.isDone {
            context.fireChannelRead(data)
            return
        }
        self.buffer.writeImmutableBuffer(Self.unwrapInboundIn(data))
        if self.expectsProxyHeader {
            switch ProxyHeader.parse(self.buffer.readableBytesUInt8Span) {
            case .needsMore: return
            case .invalid:
                context.close(promise: nil)
                return
            case .header(let length, let address):
                self.buffer.moveReaderIndex(forwardBy: length)
                self.expectsProxyHeader = false
                self.setup.connection.proxiedAddress = address
            }
        }
        self.detect(context)
    }

    private func detect(_ context: ChannelHandlerContext) {
        do {
            if self.detectsHTTP {
                let seen = self.buffer.readableBytesView.prefix(Self.preface.count)
                guard !seen.isEmpty else { return }
                if seen.elementsEqual(Self.preface.prefix(seen.count)) {
                    guard seen.count == Self.preface.count else { return }
                    try self.setup.addHTTP2(to: context.channel)
                } else {
                    try self.setup.addHTTP1(to: context.channel)
                }
            }
        } catch {
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        self.isDone = true
        self.deadline?.invalidate()
        let bytes = self.buffer
        self.buffer = ByteBuffer()
        if bytes.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(bytes)) }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
