import NIOCore
import NIOPosix

/// A client that sends the bytes of one request and gives all that comes back until the server closes.
enum RawClient {
    struct Answer: Sendable {
        let status: Int
        let fields: [(name: String, value: String)]
        let body: String

        subscript(_ name: String) -> String? { self.fields.first { $0.name == name }?.value }
    }

    static func send(_ request: String, to port: Int, on group: MultiThreadedEventLoopGroup) async throws -> Answer {
        let done = group.next().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(done: done))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: request))
        return Self.parse(try await done.futureResult.get())
    }

    static func parse(_ text: String) -> Answer {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        var lines = (parts.first ?? "").split(separator: "\r\n")
        let first = lines.isEmpty ? "" : lines.removeFirst()
        let fields = lines.map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (name: line[..<colon].lowercased(), value: String(line[colon...].dropFirst(2)))
        }
        return Answer(
            status: Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0, fields: fields,
            body: parts.count > 1 ? String(parts[1]) : "")
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let done: EventLoopPromise<String>
        private var collected = ByteBuffer()

        init(done: EventLoopPromise<String>) {
            self.done = done
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.collected.writeImmutableBuffer(Self.unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.done.succeed(String(buffer: self.collected))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            self.done.fail(error)
            context.close(promise: nil)
        }
    }
}
