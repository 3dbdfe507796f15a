import NIOCore
import NIOEmbedded
import SluiceCore
import Testing

@testable import SluiceHTTP

/// What is no request, or could be read as two: refused, and never a second request.
@Suite("HTTP/1.1 garbage and smuggling")
struct HTTP1GarbageTests {
    /// A request that hides behind what is broken: it must never be seen.
    private static let hidden = "GET /hidden HTTP/1.1\r\nhost: h\r\n\r\n"

    struct Shape: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var status = 400
        var testDescription: String { self.name }
    }

    static let shapes: [Shape] = [
        Shape(name: "two Hosts", text: "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"),
        Shape(name: "the same Host twice", text: "GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n"),
        Shape(name: "no Host", text: "GET / HTTP/1.1\r\naccept: x\r\n\r\n"),
        Shape(
            name: "Transfer-Encoding in HTTP/1.0",
            text: "POST / HTTP/1.0\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "both lengths",
            text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "both lengths, the other way round",
            text: "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "two different lengths",
            text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcde"
        ),
        Shape(
            name: "the same length twice",
            text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nab"
        ),
        Shape(name: "a list of lengths", text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2, 2\r\n\r\nab"),
        Shape(name: "a negative length", text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: -1\r\n\r\n"),
        Shape(name: "a length with a sign", text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: +2\r\n\r\nab"),
        Shape(name: "a hexadecimal length", text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 0x2\r\n\r\nab"),
        Shape(
            name: "a length past 64 bits",
            text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 99999999999999999999\r\n\r\nab"
        ),
        Shape(name: "an empty length", text: "POST / HTTP/1.1\r\nhost: h\r\ncontent-length:\r\n\r\n"),
        Shape(
            name: "chunked is not the last coding",
            text: "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "a coding before chunked",
            text: "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "chunked twice",
            text:
                "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "identity and chunked",
            text:
                "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Shape(
            name: "a coding that nobody knows",
            text: "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n"
        ),
        Shape(name: "a space before the colon", text: "GET / HTTP/1.1\r\nhost : h\r\n\r\n"),
        Shape(name: "a space before a field", text: "GET / HTTP/1.1\r\n host: h\r\n\r\n"),
        Shape(name: "a folded field", text: "GET / HTTP/1.1\r\nhost: h\r\nx-a: b\r\n c\r\n\r\n"),
        Shape(name: "a bare LF after the request line", text: "GET / HTTP/1.1\nhost: h\r\n\r\n"),
        Shape(name: "a bare LF after a field", text: "GET / HTTP/1.1\r\nhost: h\nx-a: b\r\n\r\n"),
        Shape(name: "a bare CR in a value", text: "GET / HTTP/1.1\r\nhost: h\r\nx-a: b\rc\r\n\r\n"),
        Shape(name: "a NUL in a value", text: "GET / HTTP/1.1\r\nhost: h\r\nx-a: b\u{0}c\r\n\r\n"),
        Shape(name: "a NUL in a name", text: "GET / HTTP/1.1\r\nhost: h\r\nx-\u{0}a: b\r\n\r\n"),
        Shape(name: "an empty name", text: "GET / HTTP/1.1\r\nhost: h\r\n: b\r\n\r\n"),
        Shape(name: "a field without a colon", text: "GET / HTTP/1.1\r\nhost: h\r\nnonsense\r\n\r\n"),
        Shape(name: "no version", text: "GET /\r\nhost: h\r\n\r\n"),
        Shape(name: "HTTP/2.0 in the request line", text: "GET / HTTP/2.0\r\nhost: h\r\n\r\n"),
        Shape(name: "HTTP/0.9 in the request line", text: "GET / HTTP/0.9\r\nhost: h\r\n\r\n"),
        Shape(name: "a method that nobody knows", text: "BREW / HTTP/1.1\r\nhost: h\r\n\r\n"),
        Shape(name: "TLS", text: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}"),
        Shape(name: "words", text: "hello there\r\n\r\n"),
    ]

    @Test("is refused with 400 and never a second request", arguments: Self.shapes)
    func refused(shape: Shape) throws {
        let client = try ServerHarness()
        client.receive(shape.text + Self.hidden)
        let text = try client.sent()
        #expect(client.exchanges.isEmpty)
        #expect(text.hasPrefix("HTTP/1.1 \(shape.status) "))
        #expect(text.contains("connection: close\r\n"))
        #expect(text.occurrences(of: "HTTP/1.1 ") == 1)
        client.receive(Self.hidden)
        #expect(client.exchanges.isEmpty)
        #expect(try client.sent().isEmpty)
    }

    @Test("is refused when it comes byte by byte too", arguments: Self.shapes)
    func refusedByteByByte(shape: Shape) throws {
        let client = try ServerHarness()
        for byte in Array((shape.text + Self.hidden).utf8) { client.receive([byte]) }
        #expect(client.exchanges.isEmpty)
        let text = try client.sent()
        #expect(text.hasPrefix("HTTP/1.1 \(shape.status) "))
        #expect(text.occurrences(of: "HTTP/1.1 ") == 1)
    }

    static let brokenChunks = [
        "x\r\nabc\r\n", "-1\r\nabc\r\n", "0x3\r\nabc\r\n", " 3\r\nabc\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "3\r\nabc\n",
        "ffffffffffffffffff\r\nabc\r\n", "\r\nabc\r\n", "3\u{0}\r\nabc\r\n",
    ]

    @Test("a broken chunk fails the body, closes the connection and hides no request", arguments: Self.brokenChunks)
    func brokenChunk(chunk: String) throws {
        let client = try ServerHarness()
        client.receive("POST /first HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
        let exchange = try #require(client.exchanges.first)
        let budget = BodyBudget(limitBytes: 1000)
        let error = client.loop.start { () -> GatewayError? in
            do throws(GatewayError) {
                _ = try await exchange.readBody(limitBytes: 1000, budget: budget)
                return nil
            } catch {
                return error
            }
        }
        client.receive(chunk + "0\r\n\r\n" + Self.hidden)
        let refusal = try #require(error.value ?? nil)
        #expect(refusal.kind == .malformedRequest)
        #expect(budget.heldBytes == 0)
        exchange.answer("bad", status: refusal.status)
        #expect(try client.sent() == "HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbad")
        #expect(client.exchanges.count == 1)
    }

    @Test("a broken chunk before the body is asked for fails it all the same")
    func brokenChunkEarly() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n" + Self.hidden)
        let exchange = try #require(client.exchanges.first)
        let error = client.loop.start { () -> GatewayError? in
            do throws(GatewayError) {
                _ = try await exchange.readBody(limitBytes: 1000, budget: BodyBudget(limitBytes: 1000))
                return nil
            } catch {
                return error
            }
        }
        #expect((error.value ?? nil)?.kind == .malformedRequest)
        #expect(client.exchanges.count == 1)
    }

    @Test("a broken body cuts an answer that has begun")
    func brokenChunkWithinAnswer() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
        client.exchanges[0].begin(ResponseHead(status: 200))
        client.exchanges[0].flush()
        client.receive("zz\r\n")
        #expect(!client.channel.isActive)
        #expect(client.exchanges[0].isAnswerEnded)
    }

    @Test("garbage after a request leaves its answer whole, and then closes")
    func garbageAfterRequest() throws {
        let client = try ServerHarness()
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n\u{1}\u{2}garbage\r\n\r\n" + Self.hidden)
        #expect(client.exchanges.count == 1)
        client.exchanges[0].answer("whole")
        let text = try client.sent()
        #expect(text == "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nwhole")
        #expect(!client.channel.isActive)
        #expect(client.exchanges.count == 1)
    }

    @Test("a head past the limit is 431, as one field or as many", arguments: [1, 40])
    func headTooLong(fields: Int) throws {
        var limits = ServerLimits()
        limits.headBytes = 2048
        let client = try ServerHarness(limits: limits)
        let padding = (0..<fields).map { "x-\($0): \(String(repeating: "y", count: 2400 / fields))\r\n" }.joined()
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\(padding)\r\n" + Self.hidden)
        #expect(client.exchanges.isEmpty)
        #expect(try client.sent().hasPrefix("HTTP/1.1 431 "))
    }

    @Test("a request target past the limit is 431")
    func targetTooLong() throws {
        var limits = ServerLimits()
        limits.headBytes = 2048
        let client = try ServerHarness(limits: limits)
        client.receive("GET /\(String(repeating: "a", count: 3000)) HTTP/1.1\r\nhost: h\r\n\r\n" + Self.hidden)
        #expect(client.exchanges.isEmpty)
        #expect(try client.sent().hasPrefix("HTTP/1.1 431 "))
    }

    @Test("a head without an end is 431 once it is past the limit")
    func endlessHead() throws {
        var limits = ServerLimits()
        limits.headBytes = 2048
        let client = try ServerHarness(limits: limits)
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n")
        for index in 0..<40 { client.receive("x-\(index): \(String(repeating: "y", count: 100))\r\n") }
        #expect(client.exchanges.isEmpty)
        #expect(try client.sent().hasPrefix("HTTP/1.1 431 "))
    }

    @Test("one field too many is 431, the allowed number is not", arguments: [9, 10, 11])
    func headerCount(count: Int) throws {
        var limits = ServerLimits()
        limits.headerCount = 10
        let client = try ServerHarness(limits: limits)
        let fields = (1..<count).map { "x-\($0): y\r\n" }.joined()
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\(fields)\r\n")
        #expect(client.exchanges.count == (count <= 10 ? 1 : 0))
        if count > 10 { #expect(try client.sent().hasPrefix("HTTP/1.1 431 ")) }
    }

    @Test("CONNECT is no request for a gateway")
    func connect() throws {
        let client = try ServerHarness()
        client.receive("CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n")
        #expect(client.exchanges.isEmpty)
        #expect(try client.sent().hasPrefix("HTTP/1.1 405 "))
    }
}
