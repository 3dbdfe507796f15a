import NIOCore
import NIOPosix

/// A TCP connection for tests: bytes out, bytes in, nothing parsed.
struct RawConnection {
    /// Everything read so far and not yet taken.
    private(set) var received: [UInt8] = []
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Connects to a local port, runs `body` and closes.
    static func with<Result: Sendable>(
        port: Int, _ body: @Sendable @escaping (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&connection)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    var text: String { String(decoding: received, as: UTF8.self) }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Sends a POST of JSON, ready to be sent again on the same connection.
    func post(_ path: String, _ body: String, _ headers: String = "") async throws {
        try await send(Self.request(path, body, headers))
    }

    static func request(_ path: String, _ body: String, _ headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\(headers)"
            + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Reads until the text is there. Returns whether it came before the end.
    mutating func read(until text: String) async throws -> Bool {
        let wanted = Array(text.utf8)
        var searched = 0
        while true {
            while searched + wanted.count <= received.count {
                if received[searched..<(searched + wanted.count)].elementsEqual(wanted) { return true }
                searched += 1
            }
            guard let buffer = try await inbound.next(isolation: #isolation) else { return false }
            received.append(contentsOf: buffer.readableBytesView)
        }
    }

    /// Reads to the end of the connection.
    mutating func readToEnd() async throws {
        while let buffer = try await inbound.next(isolation: #isolation) {
            received.append(contentsOf: buffer.readableBytesView)
        }
    }

    /// Reads a response that has a content-length, and takes it out of what is received. Returns its body.
    mutating func readResponse() async throws -> [UInt8]? {
        guard try await read(until: "\r\n\r\n") else { return nil }
        let head = text.prefix { $0 != "{" }.lowercased()
        guard let field = head.split(separator: "\r\n").first(where: { $0.hasPrefix("content-length:") }),
            let length = Int(field.dropFirst(15).drop { $0 == " " }),
            let end = received.indices.first(where: { received[$0...].starts(with: "\r\n\r\n".utf8) })
        else { return nil }
        let start = end + 4
        while received.count < start + length {
            guard let buffer = try await inbound.next(isolation: #isolation) else { return nil }
            received.append(contentsOf: buffer.readableBytesView)
        }
        let body = Array(received[start..<(start + length)])
        received.removeFirst(start + length)
        return body
    }

    /// Counts bytes to the end of the connection without keeping them.
    mutating func countToEnd() async throws -> Int {
        var count = received.count
        while let buffer = try await inbound.next(isolation: #isolation) { count += buffer.readableBytes }
        return count
    }
}
