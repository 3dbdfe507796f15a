public import NIOCore
import NIOHTTP1
import NIOPosix
public import SluiceConfig
public import SluiceCore
import SluiceWire

/// Calls the admin API of a gateway that runs, for commands.
public struct AdminConnection: Sendable {
    /// Why a call came to nothing, for the person at the terminal.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// One or two sentences.
        public let description: String
        /// The status of the answer; `nil` where there was none.
        public let status: Int?
    }

    /// An answer longer than this is no word of an error.
    private static let refusalLimit = 64 * 1024
    private static let connectTimeout = TimeAmount.seconds(5)
    /// Exports may be long, and do not hang for ever.
    private static let longest = TimeAmount.hours(1)

    private typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private let address: HostPort
    private let key: Secret

    /// Names a gateway's admin listener, and a key with an admin scope.
    public init(address: HostPort, key: Secret) {
        self.address = address
        self.key = key
    }

    /// Sends a call and hands the body of its answer on, piece by piece as it comes.
    ///
    /// - Parameters:
    ///   - method: `GET` or `POST`.
    ///   - path: the path behind `/admin/v1`, percent-encoded, with its query.
    ///   - body: JSON text.
    ///   - take: gets each piece of the body of a 2xx.
    /// Throws ``Failure`` with the gateway's own words for any other answer, and what `take` throws.
    public func send(
        _ method: String,
        _ path: String,
        body: [UInt8]? = nil,
        _ take: (ByteBufferView) throws -> Void
    ) async throws {
        let exchange = try await self.connect()
        let timer = exchange.channel.eventLoop.scheduleTask(in: Self.longest) {
            exchange.channel.close(promise: nil)
        }
        defer { timer.cancel() }
        var headers: HTTPHeaders = [
            "host": self.address.description, "authorization": "Bearer \(self.key.expose())", "connection": "close",
            "user-agent": "sluice",
        ]
        if let body {
            headers.add(name: "content-type", value: "application/json")
            headers.add(name: "content-length", value: String(body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: "/admin/v1\(path)", headers: headers)
        try await exchange.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            if let body { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
            try await outbound.write(.end(nil))
            var status: Int?
            var refusal = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let head): status = Int(head.status.code)
                case .body(let piece) where status.map { (200..<300).contains($0) } == true:
                    try take(piece.readableBytesView)
                case .body(var piece):
                    if refusal.readableBytes + piece.readableBytes <= Self.refusalLimit { refusal.writeBuffer(&piece) }
                case .end:
                    guard let status, (200..<300).contains(status) else { throw self.failure(status ?? 0, refusal) }
                    return
                }
            }
            throw Failure(description: "\(self.address) ended its answer before it was whole.", status: status)
        }
    }

    /// The body of an answer that is short.
    public func send(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await self.send(method, path, body: body) { bytes += $0 }
        return bytes
    }

    private func connect() async throws -> Exchange {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(Self.connectTimeout)
                .connect(host: self.address.host, port: self.address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Exchange(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw Failure(
                description: "No gateway answers at \(self.address): \(error). Is it running, and is server.admin set?",
                status: nil)
        }
    }

    private func failure(_ status: Int, _ body: ByteBuffer) -> Failure {
        let root = (try? JSONDocument(parsing: Array(body.readableBytesView)))?.root
        let message = root?["error"]?["message"]?.stringValue
        return Failure(description: message ?? "The gateway answered with the status \(status).", status: status)
    }
}
