import NIOCore
import NIOEmbedded
import Testing

@testable import SluiceHTTP

@Suite("HTTP1UpstreamHandler")
struct HTTP1UpstreamHandlerTests {
    /// A connection to an upstream on an embedded channel, with the handlers that a real one has.
    private final class Harness {
        let loop = TestLoop()
        let channel: EmbeddedChannel
        let pool: UpstreamPool
        let handler: HTTP1UpstreamHandler
        let counter = ServerHarness.ReadCounter()

        init() throws {
            self.channel = EmbeddedChannel(loop: self.loop.eventLoop)
            self.pool = UpstreamPool(
                origin: UpstreamOrigin(isSecure: false, host: "upstream.example", port: 80),
                eventLoop: self.loop.eventLoop,
                turn: self.loop.context.turn,
                connector: UpstreamConnector(windowBytes: 65_536)
            )
            self.handler = HTTP1UpstreamHandler(pool: self.pool, openedAt: self.loop.eventLoop.now)
            try self.channel.connect(to: SocketAddress(ipAddress: "192.0.2.9", port: 80)).wait()
            try self.channel.pipeline.syncOperations.addHandlers([self.counter, self.handler])
        }

        func receive(_ text: String) {
            _ = try? self.channel.writeInbound(ByteBuffer(string: text))
            self.loop.eventLoop.run()
        }

        func sent() throws -> String {
            self.loop.eventLoop.run()
            var text = ""
            while let piece = try self.channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
            return text
        }

        func disconnect() {
            self.channel.pipeline.fireChannelInactive()
            self.loop.eventLoop.run()
        }

        @discardableResult
        func get(_ receiver: RecordingReceiver = RecordingReceiver()) -> RecordingReceiver {
            self.handler.send(
                UpstreamRequest(method: "GET", target: "/", authority: "upstream.example", headers: [], body: nil),
                receiver: receiver
            )
            return receiver
        }

        @discardableResult
        func post(_ pieces: [String], _ receiver: RecordingReceiver = RecordingReceiver()) -> RecordingReceiver {
            self.handler.send(
                UpstreamRequest(
                    method: "POST", target: "/v1/x?y=z", authority: "upstream.example:81",
                    headers: [("content-type", "application/json"), ("authorization", "Bearer k")],
                    body: pieces.map { ByteBuffer(string: $0) }
                ),
                receiver: receiver
            )
            return receiver
        }
    }

    private static let head =
        "POST /v1/x?y=z HTTP/1.1\r\nhost: upstream.example:81\r\ncontent-type: application/json\r\n"
        + "authorization: Bearer k\r\n"

    @Test("a short request is one write, byte for byte", arguments: [[], [""], ["{}"], ["{", "\"a\":1", "}"]])
    func shortRequest(pieces: [String]) throws {
        let upstream = try Harness()
        upstream.post(pieces)
        upstream.loop.eventLoop.run()
        let first = try #require(try upstream.channel.readOutbound(as: ByteBuffer.self))
        let body = pieces.joined()
        #expect(String(buffer: first) == "\(Self.head)content-length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(try upstream.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("bodies of every size around the copy limit go out whole", arguments: [16_383, 16_384, 16_385, 100_000])
    func longRequest(size: Int) throws {
        let upstream = try Harness()
        let half = String(repeating: "a", count: size / 2)
        let rest = String(repeating: "b", count: size - size / 2)
        upstream.post([half, rest])
        #expect(try upstream.sent() == "\(Self.head)content-length: \(size)\r\n\r\n\(half)\(rest)")
    }

    @Test("GET has no length")
    func get() throws {
        let upstream = try Harness()
        upstream.get()
        #expect(try upstream.sent() == "GET / HTTP/1.1\r\nhost: upstream.example\r\n\r\n")
    }

    @Test(
        "answers of every framing come whole, and the connection goes back to the pool",
        arguments: [
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
            "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 5\r\n\r\nhello",
        ])
    func framings(answer: String) throws {
        for split in 0...answer.utf8.count {
            let upstream = try Harness()
            let receiver = upstream.get()
            #expect(!upstream.handler.isReused)
            upstream.receive(String(answer.prefix(split)))
            upstream.receive(String(answer.dropFirst(split)))
            #expect(receiver.joined == [.head(200), .body("hello"), .end])
            #expect(upstream.pool.idleCount == 1)
            #expect(upstream.pool.takeIdle() === upstream.handler)
            #expect(upstream.handler.isReused)
        }
    }

    @Test("a connection serves many requests, one after the other")
    func reuse() throws {
        let upstream = try Harness()
        for _ in 0..<5 {
            let receiver = upstream.post(["{}"])
            upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            #expect(receiver.joined == [.head(200), .body("ok"), .end])
            #expect(upstream.pool.takeIdle() === upstream.handler)
            #expect(upstream.pool.takeIdle() == nil)
        }
        #expect(try upstream.sent().occurrences(of: "POST ") == 5)
    }

    @Test("an answer that ends with the connection is whole, and the connection is not kept")
    func untilClose() throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.receive("HTTP/1.1 200 OK\r\n\r\nhel")
        upstream.receive("lo")
        #expect(receiver.joined == [.head(200), .body("hello")])
        upstream.disconnect()
        #expect(receiver.joined == [.head(200), .body("hello"), .end])
        #expect(upstream.pool.takeIdle() == nil)
        #expect(upstream.pool.idleCount == 0)
    }

    @Test("connection: close is kept to")
    func close() throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        #expect(receiver.joined == [.head(200), .end])
        #expect(!upstream.channel.isActive)
        #expect(upstream.pool.idleCount == 0)
    }

    @Test(
        "an upstream that closes before a byte of its answer, and within it",
        arguments: [
            ("", [RecordingReceiver.Call.failed(.closedBeforeAnswer)]),
            ("HTTP/1.1 100 Continue\r\n\r\n", [.failed(.closedBeforeAnswer)]),
            ("HTT", [.failed(.cut)]),
            ("HTTP/1.1 200 OK\r\ncontent-len", [.failed(.cut)]),
            ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", [.head(200), .body("hello"), .failed(.cut)]),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
                [.head(200), .body("hello"), .failed(.cut)]
            ),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhello",
                [.head(200), .body("hello"), .failed(.cut)]
            ),
        ])
    func cut(answer: String, calls: [RecordingReceiver.Call]) throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        if !answer.isEmpty { upstream.receive(answer) }
        upstream.disconnect()
        #expect(receiver.joined == calls)
        #expect(upstream.pool.idleCount == 0)
        #expect(!upstream.handler.isUsable)
    }

    @Test(
        "bytes that are no HTTP are malformed, before and within an answer",
        arguments: [
            ("nonsense\r\n\r\n", [RecordingReceiver.Call.failed(.malformed)]),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", [.failed(.malformed)]),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n",
                [.head(200), .body("ok"), .failed(.malformed)]
            ),
        ])
    func malformed(answer: String, calls: [RecordingReceiver.Call]) throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.receive(answer)
        #expect(receiver.joined == calls)
        #expect(!upstream.channel.isActive)
    }

    @Test("an answer before a long request was sent ends the connection")
    func earlyAnswer() throws {
        let upstream = try Harness()
        upstream.channel.isWritable = false
        // The body stays in the channel: nothing says that it was sent.
        final class Stuck: ChannelOutboundHandler {
            typealias OutboundIn = ByteBuffer
            func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {}
        }
        try upstream.channel.pipeline.syncOperations.addHandler(Stuck(), position: .first)
        let receiver = upstream.post([String(repeating: "x", count: 100_000)])
        upstream.receive("HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\n\r\nno")
        #expect(receiver.joined == [.head(413), .body("no"), .end])
        #expect(!upstream.channel.isActive)
        #expect(upstream.pool.idleCount == 0)
    }

    @Test(
        "bytes on an idle connection end it, and reach nobody",
        arguments: [
            "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n", "nonsense\r\n\r\n",
        ])
    func unsolicited(bytes: String) throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        upstream.receive(bytes)
        #expect(receiver.joined == [.head(200), .end])
        #expect(upstream.pool.takeIdle() == nil)
        #expect(!upstream.channel.isActive)
    }

    @Test("bytes behind an answer reach nobody, and the connection is not used again")
    func trailing() throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.receive(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")
        #expect(receiver.joined == [.head(200), .body("ok"), .end])
        #expect(upstream.pool.takeIdle() == nil)
        let next = upstream.get()
        #expect(next.joined == [.failed(.closedBeforeAnswer)])
    }

    @Test("an idle connection that closes is forgotten")
    func idleClose() throws {
        let upstream = try Harness()
        upstream.get()
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        #expect(upstream.pool.idleCount == 1)
        upstream.disconnect()
        #expect(upstream.pool.idleCount == 0)
    }

    @Test("an idle connection is closed after a minute, and one that is used is not")
    func idleTime() throws {
        let upstream = try Harness()
        upstream.get()
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        upstream.loop.advance(by: .seconds(59))
        #expect(upstream.pool.takeIdle() === upstream.handler)
        let receiver = upstream.get()
        upstream.handler.setDeadline(upstream.loop.eventLoop.now + .hours(1))
        upstream.loop.advance(by: .minutes(10))
        #expect(receiver.calls.isEmpty)
        #expect(upstream.channel.isActive)

        let idle = try Harness()
        idle.get()
        idle.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        idle.loop.advance(by: .seconds(60))
        #expect(idle.pool.idleCount == 0)
        #expect(!idle.channel.isActive)
    }

    @Test("a connection past its age is not kept, and not given out")
    func age() throws {
        let upstream = try Harness()
        upstream.loop.advance(by: .minutes(5))
        upstream.get()
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        #expect(upstream.pool.idleCount == 0)
        #expect(!upstream.channel.isActive)

        let older = try Harness()
        older.loop.advance(by: .minutes(4) + .seconds(50))
        older.get()
        older.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        #expect(older.pool.idleCount == 1)
        older.loop.advance(by: .seconds(15))
        #expect(older.pool.takeIdle() == nil)
        #expect(!older.channel.isActive)
    }

    @Test("the deadline that is set reaches the receiver")
    func deadline() throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.handler.setDeadline(upstream.loop.eventLoop.now + .seconds(5))
        upstream.loop.advance(by: .seconds(4))
        #expect(receiver.calls.isEmpty)
        upstream.loop.advance(by: .seconds(1))
        #expect(receiver.calls == [.deadline])
    }

    @Test("a cancelled attempt closes the connection, and its receiver hears nothing more")
    func cancel() throws {
        let upstream = try Harness()
        let receiver = upstream.get()
        upstream.handler.cancel()
        #expect(!upstream.channel.isActive)
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        upstream.disconnect()
        #expect(receiver.calls.isEmpty)
        #expect(upstream.get().calls == [.failed(.closedBeforeAnswer)])
    }

    @Test("the socket is not read while the answer is not wanted")
    func backPressure() throws {
        let upstream = try Harness()
        upstream.get()
        upstream.handler.setReading(false)
        let before = upstream.counter.reads
        upstream.channel.read()
        #expect(upstream.counter.reads == before)
        upstream.handler.setReading(true)
        #expect(upstream.counter.reads == before + 1)
        upstream.handler.setReading(true)
        #expect(upstream.counter.reads == before + 1)
    }

    @Test("a connection whose reading was stopped is read again in the pool")
    func readingInPool() throws {
        let upstream = try Harness()
        upstream.get()
        upstream.handler.setReading(false)
        upstream.channel.read()
        let before = upstream.counter.reads
        upstream.receive("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        #expect(upstream.counter.reads == before + 1)
        #expect(upstream.pool.idleCount == 1)
    }

    @Test("idle connections are given out last in, first out")
    func order() throws {
        let first = try Harness()
        // Two connections of one pool: the second one's handler is made for the first one's.
        let second = HTTP1UpstreamHandler(pool: first.pool, openedAt: first.loop.eventLoop.now)
        let channel = EmbeddedChannel(handler: second, loop: first.loop.eventLoop)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.9", port: 80)).wait()
        first.pool.release(first.handler)
        first.pool.release(second)
        #expect(first.pool.idleCount == 2)
        #expect(first.pool.takeIdle() === second)
        #expect(first.pool.takeIdle() === first.handler)
        #expect(first.pool.takeIdle() == nil)
    }
}
