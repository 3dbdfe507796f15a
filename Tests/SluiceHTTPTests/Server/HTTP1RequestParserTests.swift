import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SluiceHTTP

@Suite("HTTP1RequestParser")
struct HTTP1RequestParserTests {
    /// One request, as a parser read it.
    struct Request: Equatable {
        var line: String
        var fields: [String]
        var keepsAlive: Bool
        var body = ""
        var isComplete = false
    }

    struct Reading: Equatable {
        var requests: [Request] = []
        var fault: HTTP1Fault?

        /// The requests whose end came.
        var complete: [Request] { self.requests.filter(\.isComplete) }
    }

    private static func read(_ pieces: [[UInt8]], headLimit: Int = 8192) -> Reading {
        var parser = HTTP1RequestParser(headLimit: headLimit)
        var reading = Reading()
        do throws(HTTP1Fault) {
            for piece in pieces {
                parser.feed(ByteBuffer(bytes: piece))
                while let part = try parser.next() {
                    switch part {
                    case .head(let head):
                        reading.requests.append(
                            Request(
                                line: "\(head.method) \(head.target) \(head.version)",
                                fields: head.headers.map { "\($0.name): \($0.value)" }, keepsAlive: head.keepsAlive))
                    case .body(let bytes): reading.requests[reading.requests.count - 1].body += String(buffer: bytes)
                    case .end: reading.requests[reading.requests.count - 1].isComplete = true
                    }
                }
            }
        } catch {
            reading.fault = error
        }
        return reading
    }

    private static let requests = [
        "POST /v1/chat/completions?x=y HTTP/1.1\r\nHost: h\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nhello",
        "GET /v1/models HTTP/1.0\r\nhost: h\r\nconnection: keep-alive\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nt: u\r\n\r\n",
        "GET http://h.example:80/a/b?c HTTP/1.1\r\nhost: h.example\r\nconnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: h\r\nx-a:\r\n\r\nGET /b HTTP/1.1\r\nhost: h\r\n\r\n",
    ]

    @Test("requests are read alike, however they are cut", arguments: Self.requests)
    func splits(text: String) {
        let bytes = Array(text.utf8)
        let whole = Self.read([bytes])
        #expect(whole.fault == nil)
        #expect(!whole.requests.isEmpty)
        #expect(whole.complete == whole.requests)
        #expect(whole == Self.read(bytes.map { [$0] }))
        for split in 0...bytes.count {
            #expect(whole == Self.read([Array(bytes[..<split]), Array(bytes[split...])]))
        }
    }

    @Test("requests that follow one another are told apart, and empty lines between them are left out")
    func pipeline() {
        let reading = Self.read([Array(Self.requests.reversed().joined(separator: "\r\n\r\n").utf8)])
        #expect(reading.fault == nil)
        // What stands behind a request that was said to be the last is not read.
        #expect(reading.complete.map(\.keepsAlive) == [true, true, false])
        let kept = Self.requests.filter { !$0.contains("close") }
        let whole = Self.read([Array(kept.joined(separator: "\r\n\r\n").utf8)])
        #expect(whole.complete.map(\.body) == ["hello", "", "hello", "", ""])
        #expect(whole.requests == whole.complete)
    }

    @Test(
        "targets of every form are taken as they are, and no other",
        arguments: [
            ("/", true), ("/a?b=c&d=%20", true), ("//a", true), ("*", true), ("http://h/", true), ("https://h?x", true),
            ("h:443", false), ("*/", false), ("/a#b", false), ("/\u{E9}", false), ("/a\u{7F}", false),
            ("http://", false),
            ("http:///a", false), ("http://u@h/", false), ("?a", false), ("", false), ("/a\tb", false),
        ])
    func targets(target: String, isTaken: Bool) {
        let reading = Self.read([Array("GET \(target) HTTP/1.1\r\nhost: h\r\n\r\n".utf8)])
        #expect(reading.requests.map(\.line) == (isTaken ? ["GET \(target) http11"] : []))
        #expect((reading.fault == .malformed) == !isTaken)
    }

    @Test(
        "what is no request line is told at once",
        arguments: ["g", "GET", " ", "\n", "\u{16}\u{3}\u{1}", "ABCDEFGHIJKLMNOPQ", "BREW / HTTP/1.1\r\n\r\n"])
    func implausible(text: String) {
        #expect((Self.read([Array(text.utf8)]).fault == .malformed) == (text != "GET"))
    }

    @Test("a head that is too long is told as soon as it is")
    func limit() {
        let line = Array("GET / HTTP/1.1\r\n".utf8)
        #expect(
            Self.read([line, Array(repeating: UInt8(ascii: "x"), count: 100)], headLimit: 100).fault == .headTooLong)
        let whole = Array("GET / HTTP/1.1\r\nhost: h\r\nx: \(String(repeating: "y", count: 100))\r\n\r\n".utf8)
        #expect(Self.read([whole], headLimit: 100).fault == .headTooLong)
        #expect(Self.read([whole], headLimit: whole.count).requests.count == 1)
    }

    @Test("nothing is read behind a body whose coding is not read here")
    func otherCoding() {
        let text = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: gzip, chunked\r\n\r\n"
        let reading = Self.read([Array((text + "0\r\n\r\n" + Self.requests[0]).utf8)])
        #expect(reading.requests.count == 1)
        #expect(reading.complete.isEmpty)
        #expect(reading.requests.first?.keepsAlive == false)
    }

    @Test("what was read is let go of, even when every read ends within a line")
    func memory() throws {
        var parser = HTTP1RequestParser(headLimit: 8192)
        let chunk = String(repeating: "x", count: 4096)
        parser.feed(ByteBuffer(string: "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n1000\r"))
        var held = 0
        var read = 0
        for _ in 0..<256 {
            parser.feed(ByteBuffer(string: "\n\(chunk)\r\n1000\r"))
            while let part = try parser.next() {
                guard case .body(let piece) = part else { continue }
                read += piece.readableBytes
                held = max(held, piece.storageCapacity)
            }
        }
        #expect(read == 256 * 4096)
        #expect(held <= 16 * 1024)
    }

    // MARK: Against NIO's parser

    /// The complete requests that NIO's parser sees in the same bytes.
    private static func reference(_ bytes: [UInt8]) -> [Request] {
        let channel = EmbeddedChannel()
        var requests: [Request] = []
        _ = try? channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                let version: RequestHead.Version = head.version.minor == 0 ? .http10 : .http11
                requests.append(
                    Request(
                        line: "\(head.method) \(head.uri) \(version)",
                        fields: head.headers.map { "\($0.name): \($0.value.withoutTrailingSpaces)" },
                        keepsAlive: head.isKeepAlive))
            case .body(let bytes): requests[requests.count - 1].body += String(buffer: bytes)
            case .end: requests[requests.count - 1].isComplete = true
            }
        }
        _ = try? channel.finish()
        return requests.filter(\.isComplete)
    }

    @Test("whatever is taken of mutated requests, NIO's parser takes and reads alike", arguments: 0..<16)
    func differential(seed: UInt64) {
        var mutator = MessageMutator(seed: seed)
        var taken = 0
        for _ in 0..<500 {
            let bytes = mutator.message(of: Self.requests)
            let ours = Self.read([bytes]).complete
            guard !ours.isEmpty else { continue }
            taken += 1
            var theirs = Array(Self.reference(bytes).prefix(ours.count))
            // A connection that NIO keeps may be closed here: `close` wins over `keep-alive`, and any option may be cut off.
            for index in theirs.indices where !ours[index].keepsAlive { theirs[index].keepsAlive = false }
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(taken > 50)
    }
}
