import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTP2
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("ProtocolDetector")
struct ProtocolDetectorTests {
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]

    /// A connection of which it is not known yet what it speaks.
    private final class Harness {
        let loop = TestLoop()
        let channel: EmbeddedChannel
        let handler = RecordingHandler(onHandle: { _ in })
        let connection = ClientConnection(peer: nil, isSecure: false)

        init(expectsProxyHeader: Bool = false, head: TimeAmount = .hours(1)) throws {
            self.channel = EmbeddedChannel(loop: self.loop.eventLoop)
            try self.channel.connect(to: SocketAddress(ipAddress: "192.0.2.7", port: 40_000)).wait()
            var timeouts = ServerTimeouts()
            timeouts.head = head
            let server = ServerContext(
                handler: self.handler,
                limits: ServerLimits(),
                timeouts: timeouts,
                usesProxyProtocol: expectsProxyHeader,
                events: NoEvents()
            )
            let setup = ConnectionSetup(
                server: server, loop: self.loop.context, connection: self.connection, date: HTTPDate())
            try self.channel.pipeline.syncOperations.addHandler(
                ProtocolDetector(setup: setup, expectsProxyHeader: expectsProxyHeader, detectsHTTP: true)
            )
        }

        func receive(_ bytes: some Sequence<UInt8>) {
            _ = try? self.channel.writeInbound(ByteBuffer(bytes: bytes))
            self.loop.eventLoop.run()
        }

        var targets: [String] { self.handler.exchanges.map(\.head.target) }

        var isDetecting: Bool {
            (try? self.channel.pipeline.syncOperations.context(handlerType: ProtocolDetector.self)) != nil
        }

        var speaksHTTP1: Bool {
            (try? self.channel.pipeline.syncOperations.context(handlerType: HTTP1ServerHandler.self)) != nil
        }

        var speaksHTTP2: Bool {
            (try? self.channel.pipeline.syncOperations.context(handlerType: NIOHTTP2Handler.self)) != nil
        }

        func sent() throws -> [UInt8] {
            var bytes: [UInt8] = []
            while let piece = try self.channel.readOutbound(as: ByteBuffer.self) { bytes += piece.readableBytesView }
            return bytes
        }
    }

    @Test("the preface in any two pieces is HTTP/2", arguments: 0...24)
    func preface(split: Int) throws {
        let client = try Harness()
        client.receive(Self.preface[..<split])
        #expect(client.isDetecting == (split < 24))
        client.receive(Array(Self.preface[split...]) + Self.settings)
        #expect(client.speaksHTTP2)
        #expect(!client.speaksHTTP1)
        #expect(!client.isDetecting)
        // The server's own settings, and the acknowledgement of the client's: no byte was lost on the way.
        let sent = try client.sent()
        #expect(sent.count > 9 && sent[3] == 4)
        #expect(sent.suffix(9) == [0, 0, 0, 4, 1, 0, 0, 0, 0] || sent.count > 18)
    }

    @Test(
        "a request in any two pieces is HTTP/1.1, even where it begins like the preface",
        arguments: [
            "PUT /a HTTP/1.1\r\nhost: h\r\n\r\n", "POST /a HTTP/1.1\r\nhost: h\r\n\r\n",
            "PATCH /a HTTP/1.1\r\nhost: h\r\n\r\n",
            "PROPFIND /a HTTP/1.1\r\nhost: h\r\n\r\n", "GET /a HTTP/1.1\r\nhost: h\r\n\r\n",
        ])
    func http1(request: String) throws {
        let bytes = Array(request.utf8)
        for split in 0...bytes.count {
            let client = try Harness()
            client.receive(bytes[..<split])
            client.receive(bytes[split...])
            #expect(client.speaksHTTP1)
            #expect(!client.isDetecting)
            #expect(client.targets == ["/a"])
        }
    }

    @Test("a preface that goes wrong at any byte is HTTP/1.1's to refuse", arguments: 0..<24)
    func brokenPreface(at index: Int) throws {
        var bytes = Self.preface
        bytes[index] ^= 0x55
        let client = try Harness()
        client.receive(bytes)
        #expect(String(decoding: try client.sent(), as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
        #expect(client.targets.isEmpty)
    }

    @Test("bytes that could still be the preface decide nothing", arguments: ["P", "PR", "PRI", "PRI *"])
    func undecided(text: String) throws {
        let client = try Harness()
        client.receive(text.utf8)
        #expect(client.isDetecting)
        #expect(!client.speaksHTTP1 && !client.speaksHTTP2)
    }

    @Test("a connection that does not decide itself is closed in time")
    func deadline() throws {
        let client = try Harness(head: .seconds(10))
        client.receive("PRI".utf8)
        client.loop.advance(by: .seconds(9))
        #expect(client.channel.isActive)
        client.loop.advance(by: .seconds(1))
        #expect(!client.channel.isActive)
    }

    @Test("a PROXY header before either protocol is taken off, at every split", arguments: ProxyHeaderTests.headers)
    func proxyHeader(header: ProxyHeaderTests.Header) throws {
        let request = Array("POST /a HTTP/1.1\r\nhost: h\r\n\r\n".utf8)
        for split in 0...(header.bytes.count + 3) {
            let client = try Harness(expectsProxyHeader: true)
            let bytes = header.bytes + request
            client.receive(bytes[..<split])
            client.receive(bytes[split...])
            #expect(client.targets == ["/a"])
            #expect(client.connection.proxiedAddress == header.address)
        }
        let client = try Harness(expectsProxyHeader: true)
        client.receive(header.bytes + Self.preface + Self.settings)
        #expect(client.speaksHTTP2)
        #expect(client.connection.address == header.address)
    }

    @Test("a connection without the PROXY header that must be there is closed")
    func missingProxyHeader() throws {
        let client = try Harness(expectsProxyHeader: true)
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n".utf8)
        #expect(!client.channel.isActive)
        #expect(client.targets.isEmpty)
        #expect(try client.sent().isEmpty)
    }
}
