import NIOCore
import NIOEmbedded
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("Deadlines of a client's connection")
struct ConnectionDeadlineTests {
    private static let almost = TimeAmount.milliseconds(1)
    private static let get = "GET / HTTP/1.1\r\nhost: h\r\n\r\n"

    private static func client() throws -> ServerHarness {
        var timeouts = ServerTimeouts()
        timeouts.head = .seconds(10)
        timeouts.body = .seconds(60)
        timeouts.keepAlive = .seconds(75)
        return try ServerHarness(timeouts: timeouts)
    }

    @Test("a connection that says nothing is closed without a word")
    func silent() throws {
        let client = try Self.client()
        client.loop.advance(by: .seconds(10) - Self.almost)
        #expect(client.channel.isActive)
        client.loop.advance(by: Self.almost)
        #expect(try client.sent().isEmpty)
        #expect(!client.channel.isActive)
    }

    @Test("a read that brought nothing begins no head: the connection is closed without a word")
    func emptyRead() throws {
        let client = try Self.client()
        // The end of a TLS handshake is told like this.
        client.channel.pipeline.fireChannelReadComplete()
        client.loop.advance(by: .seconds(10))
        #expect(try client.sent().isEmpty)
        #expect(!client.channel.isActive)
    }

    @Test("an empty line behind a request begins no head: the connection idles on")
    func emptyLine() throws {
        let client = try Self.client()
        client.receive(Self.get)
        client.exchanges[0].answer("x")
        _ = try client.sent()
        client.receive("\r\n")
        client.loop.advance(by: .seconds(75) - Self.almost)
        #expect(try client.sent().isEmpty)
        #expect(client.channel.isActive)
        client.loop.advance(by: Self.almost)
        #expect(try client.sent().isEmpty)
        #expect(!client.channel.isActive)
    }

    @Test("a head that does not end is 408, however often a byte of it comes")
    func slowHead() throws {
        let client = try Self.client()
        for byte in "GET / HTTP" {
            client.receive(String(byte))
            client.loop.advance(by: .seconds(1) - Self.almost)
        }
        #expect(try client.sent().isEmpty)
        client.loop.advance(by: .seconds(1))
        let expected = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 15\r\nconnection: close\r\n\r\nrequest_timeout"
        #expect(try client.sent() == expected)
        client.receive("/1.1\r\nhost: h\r\n\r\n")
        #expect(client.exchanges.isEmpty)
    }

    @Test("the time of a head runs from its own first byte, not from the answer before")
    func secondHead() throws {
        let client = try Self.client()
        client.receive(Self.get)
        client.exchanges[0].answer("x")
        _ = try client.sent()
        client.loop.advance(by: .seconds(60))
        client.receive("GET")
        client.loop.advance(by: .seconds(10) - Self.almost)
        #expect(client.channel.isActive)
        #expect(try client.sent().isEmpty)
        client.loop.advance(by: Self.almost)
        #expect(try client.sent().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("the beginning of a head that came with the request before is timed once it is its turn")
    func pipelinedBeginning() throws {
        let client = try Self.client()
        client.receive(Self.get + "GET /second HT")
        client.exchanges[0].answer("x")
        _ = try client.sent()
        client.loop.advance(by: .seconds(75))
        let text = try client.sent()
        #expect(!client.channel.isActive || text.hasPrefix("HTTP/1.1 408 "))
    }

    @Test("a body that does not come is 408 for whoever waits for it")
    func slowBody() throws {
        let client = try Self.client()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\n")
        let exchange = client.exchanges[0]
        let budget = BodyBudget(limitBytes: 100)
        let error = client.loop.start { () -> GatewayError? in
            do throws(GatewayError) {
                _ = try await exchange.readBody(limitBytes: 100, budget: budget)
                return nil
            } catch {
                return error
            }
        }
        client.loop.advance(by: .seconds(30))
        client.receive("ab")
        client.loop.advance(by: .seconds(30) - Self.almost)
        #expect(error.value == nil)
        client.loop.advance(by: Self.almost)
        #expect((error.value ?? nil)?.kind == .requestTimeout)
        #expect(budget.heldBytes == 0)
        exchange.answer("late", status: 408)
        #expect(try client.sent().contains("connection: close\r\n"))
    }

    @Test("a body that comes slowly but steadily gets a second more for each 16 KiB")
    func steadyBody() throws {
        let client = try Self.client()
        let piece = String(repeating: "x", count: 16 * 1024)
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: \(200 * piece.utf8.count)\r\n\r\n")
        let exchange = client.exchanges[0]
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 1 << 24, budget: BodyBudget(limitBytes: 1 << 24))
        }
        for _ in 0..<200 {
            client.loop.advance(by: .seconds(1))
            client.receive(piece)
        }
        #expect((body.value ?? nil)?.readableBytes == 200 * piece.utf8.count)
    }

    @Test("a connection that idles after an answer is closed without a word")
    func keepAlive() throws {
        let client = try Self.client()
        client.receive(Self.get)
        client.loop.advance(by: .minutes(10))
        client.exchanges[0].answer("x")
        #expect(try client.sent().hasSuffix("\r\n\r\nx"))
        client.loop.advance(by: .seconds(75) - Self.almost)
        #expect(client.channel.isActive)
        client.loop.advance(by: Self.almost)
        #expect(try client.sent().isEmpty)
        #expect(!client.channel.isActive)
    }

    @Test("no deadline of the client's runs while it waits for an answer")
    func answerTakesItsTime() throws {
        let client = try Self.client()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nab")
        client.loop.advance(by: .hours(10))
        #expect(client.channel.isActive)
        client.exchanges[0].answer("x")
        #expect(try client.sent().hasSuffix("\r\n\r\nx"))
    }

    @Test("after an early answer the connection lingers for two seconds")
    func linger() throws {
        let client = try Self.client()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\nabc")
        client.exchanges[0].answer("no", status: 401)
        client.loop.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }
}
