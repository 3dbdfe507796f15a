import NIOCore
import NIOEmbedded
import SluiceCore
import Testing

@testable import SluiceHTTP

/// The deadlines of a client's connection. A deadline of zero has passed as soon as the timers are looked at.
@Suite("Deadlines of a client's connection")
struct ConnectionDeadlineTests {
    private static func timeouts(
        head: TimeAmount = .hours(1),
        body: TimeAmount = .hours(1),
        keepAlive: TimeAmount = .hours(1)
    ) -> ServerTimeouts {
        var timeouts = ServerTimeouts()
        timeouts.head = head
        timeouts.body = body
        timeouts.keepAlive = keepAlive
        return timeouts
    }

    @Test("a connection that says nothing is closed without a word")
    func silent() throws {
        let client = try ServerHarness(timeouts: Self.timeouts(head: .zero))
        client.loop.fireTimers()
        #expect(try client.sent().isEmpty)
        #expect(!client.channel.isActive)
    }

    @Test("a head that does not end is 408")
    func slowHead() throws {
        let client = try ServerHarness(timeouts: Self.timeouts(head: .zero))
        client.receive("GET / HT")
        client.loop.fireTimers()
        #expect(try client.sent() == "HTTP/1.1 408 Request Timeout\r\ncontent-length: 15\r\nconnection: close\r\n\r\nrequest_timeout")
        client.receive("TP/1.1\r\nhost: h\r\n\r\n")
        #expect(client.exchanges.isEmpty)
    }

    @Test("a body that does not come is 408 for whoever waits for it")
    func slowBody() throws {
        let client = try ServerHarness(timeouts: Self.timeouts(body: .zero))
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
        client.receive("ab")
        client.loop.fireTimers()
        #expect((error.value ?? nil)?.kind == .requestTimeout)
        #expect(budget.heldBytes == 0)
        exchange.answer("late", status: 408)
        #expect(try client.sent().contains("connection: close\r\n"))
    }

    @Test("a connection that idles after an answer is closed without a word")
    func keepAlive() throws {
        let client = try ServerHarness(timeouts: Self.timeouts(keepAlive: .zero))
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
        client.loop.fireTimers()
        #expect(client.channel.isActive)
        client.exchanges[0].answer("x")
        #expect(try client.sent().hasSuffix("\r\n\r\nx"))
        client.loop.fireTimers()
        #expect(try client.sent().isEmpty)
        #expect(!client.channel.isActive)
    }

    @Test("no deadline of the client's runs while it waits for an answer")
    func answerTakesItsTime() throws {
        let client = try ServerHarness(timeouts: Self.timeouts(head: .zero, body: .zero, keepAlive: .zero))
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nab")
        client.loop.fireTimers()
        #expect(client.channel.isActive)
        client.exchanges[0].answer("x")
        #expect(try client.sent().hasSuffix("\r\n\r\nx"))
    }
}
