import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SluiceHTTP

@Suite("HTTP1ResponseParser")
struct HTTP1ResponseParserTests {
    /// What a parser made of some bytes, with neighbouring pieces of the body joined.
    struct Reading: Equatable {
        var status: Int?
        var fields: [String] = []
        var body = ""
        var isComplete = false
        var isMalformed = false
        var keepsAlive: Bool?
    }

    private static func read(_ pieces: [String], isClosed: Bool = false) -> Reading {
        var parser = HTTP1ResponseParser()
        var reading = Reading()
        parser.expectAnswer()
        do throws(HTTP1Fault) {
            for piece in pieces {
                parser.feed(ByteBuffer(string: piece))
                while let part = try parser.next() {
                    switch part {
                    case .head(let head):
                        reading.status = head.status
                        reading.fields = head.headers.map { "\($0.name): \($0.value)" }
                        reading.keepsAlive = head.keepsAlive
                    case .body(let bytes): reading.body += String(buffer: bytes)
                    case .end: reading.isComplete = true
                    }
                }
            }
        } catch {
            reading.isMalformed = true
        }
        if isClosed, parser.finish() == .whole { reading.isComplete = true }
        return reading
    }

    @Test(
        "answers are read",
        arguments: [
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, "ok", true),
            ("HTTP/1.1 200\r\nContent-Length:2  \r\n\r\nok", 200, "ok", true),
            ("HTTP/1.1 200 \r\nx:\r\ncontent-length: 2\r\nconnection: Close\r\n\r\nok", 200, "ok", false),
            ("HTTP/1.1 429 Zu \u{FC}ppig\r\ncontent-length: 0\r\nconnection: x, close\r\n\r\n", 429, "", false),
            ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, "ok", false),
            ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\nconnection: Keep-Alive\r\n\r\nok", 200, "ok", true),
            ("HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n", 204, "", true),
            ("HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n", 304, "", true),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2;a=\"b\"\r\nok\r\n00\r\n\r\n", 200, "ok", true),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\na: b\r\nc: d\r\n\r\n", 200, "ok",
                true
            ),
            ("HTTP/1.1 103 Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, "ok", true),
        ])
    func accepted(answer: String, status: Int, body: String, keepsAlive: Bool) {
        let whole = Self.read([answer])
        #expect(whole.status == status)
        #expect(whole.body == body)
        #expect(whole.isComplete)
        #expect(!whole.isMalformed)
        #expect(whole.keepsAlive == keepsAlive)
        // Not by characters: CR and LF are one.
        let scalars = Array(answer.unicodeScalars).map { String($0) }
        #expect(Self.read(scalars) == whole)
        for split in 0...scalars.count {
            #expect(Self.read([scalars[..<split].joined(), scalars[split...].joined()]) == whole)
        }
    }

    @Test(
        "what two readers could read differently is refused",
        arguments: [
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: 2 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nx: a\u{0}b\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nx: a\rb\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nx y: a\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\n: a\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nx\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\nok",
            "HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1  200 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 099 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 O\u{7}K\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.2 200 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/2 200\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
            "\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
            "HTTP/1.1 100 Continue\r\nconnection: close\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n 2\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2 \r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0x2\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2; a\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=\"b\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nok",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\na b\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\na: b\n\r\n",
        ])
    func refused(answer: String) {
        #expect(Self.read([answer]).isMalformed)
        #expect(Self.read(answer.unicodeScalars.map { String($0) }).isMalformed)
        #expect(!Self.read([answer]).isComplete)
    }

    @Test("what has no bound of its own is bounded")
    func bounds() {
        let start = "HTTP/1.1 200 OK\r\n"
        #expect(Self.read([start, "x: " + String(repeating: "y", count: 90_000)]).isMalformed)
        #expect(Self.read([start + String(repeating: "x: y\r\n", count: 257) + "\r\n"]).isMalformed)
        #expect(Self.read([start + String(repeating: "x: y\r\n", count: 256) + "\r\n"]).status == 200)
        let chunked = start + "transfer-encoding: chunked\r\n\r\n"
        #expect(Self.read([chunked, "2;" + String(repeating: "a", count: 5000)]).isMalformed)
        #expect(Self.read([chunked, "0\r\n", "a: " + String(repeating: "b", count: 90_000)]).isMalformed)
    }

    @Test("a body without a length ends with the connection")
    func untilClose() {
        let answer = "HTTP/1.1 200 OK\r\nx: y\r\n\r\nall of this"
        #expect(!Self.read([answer]).isComplete)
        let closed = Self.read([answer], isClosed: true)
        #expect(closed.isComplete)
        #expect(closed.body == "all of this")
        #expect(closed.keepsAlive == false)
        #expect(!Self.read(["HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok"], isClosed: true).isComplete)
    }

    @Test("bytes that nobody asked for are a fault")
    func unsolicited() throws {
        var parser = HTTP1ResponseParser()
        parser.feed(ByteBuffer(string: "H"))
        #expect(throws: HTTP1Fault.self) { try parser.next() }
        #expect(Self.read(["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP"]).isMalformed)
        #expect(Self.read(["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\r\n"]).isMalformed)
    }

    // MARK: Against NIO's parser

    /// What NIO's parser makes of the same bytes.
    private static func reference(_ bytes: [UInt8]) -> Reading {
        let channel = EmbeddedChannel()
        var reading = Reading()
        do {
            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
            try channel.writeOutbound(
                HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")))
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        } catch {
            reading.isMalformed = true
        }
        while let part = try? channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head) where head.status.code < 200: break
            case .head(let head):
                reading.status = Int(head.status.code)
                reading.fields = head.headers.map { "\($0.name): \($0.value.withoutTrailingSpaces)" }
                reading.keepsAlive = head.isKeepAlive
            case .body(let bytes): reading.body += String(buffer: bytes)
            case .end: reading.isComplete = true
            }
        }
        _ = try? channel.finish()
        return reading
    }

    @Test("whatever is taken of a mutated answer, NIO's parser takes and reads alike", arguments: 0..<16)
    func differential(seed: UInt64) throws {
        let answers = [
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-a: b\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nt: u\r\n\r\n",
            "HTTP/1.0 429 Too Many\r\nconnection: keep-alive\r\nretry-after: 1\r\ncontent-length: 2\r\n\r\nno",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
        ]
        var mutator = MessageMutator(seed: seed)
        var taken = 0
        for _ in 0..<500 {
            let bytes = mutator.message(of: answers)
            var parser = HTTP1ResponseParser()
            var ours = Reading()
            parser.expectAnswer()
            parser.feed(ByteBuffer(bytes: bytes))
            do throws(HTTP1Fault) {
                while let part = try parser.next() {
                    switch part {
                    case .head(let head):
                        ours.status = head.status
                        ours.fields = head.headers.map { "\($0.name): \($0.value)" }
                        ours.keepsAlive = head.keepsAlive
                    case .body(let piece): ours.body += String(buffer: piece)
                    case .end: ours.isComplete = true
                    }
                }
            } catch {
                continue
            }
            guard ours.isComplete else { continue }
            taken += 1
            var theirs = Self.reference(bytes)
            // A connection that NIO keeps may be closed here: `close` wins over `keep-alive`.
            if ours.keepsAlive == false { theirs.keepsAlive = false }
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(taken > 50)
    }
}
