import NIOCore
import NIOHTTP1

/// Lets the bytes of a request through and swallows the bare head that only NIO's response parser needs to see.
final class HTTP1RequestBytes: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .body(.byteBuffer(let bytes)) = Self.unwrapOutboundIn(data) {
            context.write(Self.wrapOutboundOut(bytes), promise: promise)
        } else {
            promise?.succeed()
        }
    }
}
