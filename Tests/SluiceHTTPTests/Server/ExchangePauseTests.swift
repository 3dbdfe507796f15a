import NIOCore
import NIOEmbedded
import Testing

@testable import SluiceHTTP

@Suite("ExchangePause")
struct ExchangePauseTests {
    /// A client that asked, and a pause of its exchange: the kind of error that ended it, or `over`.
    private struct Harness {
        let client: ServerHarness
        let exchange: ServerExchange

        init() throws {
            self.client = try ServerHarness()
            self.client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            self.exchange = try #require(self.client.exchanges.first)
        }

        func pause(_ time: TimeAmount) -> TestLoop.Outcome<String> {
            let exchange = self.exchange
            return self.client.loop.start {
                do throws(UpstreamError) {
                    try await ExchangePause.wait(time, for: exchange)
                    return "over"
                } catch {
                    return error.kind.rawValue
                }
            }
        }
    }

    @Test("it ends with its time, and leaves the exchange to others")
    func time() throws {
        let harness = try Harness()
        let pause = harness.pause(.milliseconds(20))
        harness.client.loop.advance(by: .milliseconds(19))
        #expect(pause.value == nil)
        harness.client.loop.advance(by: .milliseconds(1))
        #expect(pause.value == "over")
        #expect(harness.exchange.observer == nil)
    }

    @Test("no time is no wait", arguments: [TimeAmount.zero, .milliseconds(-5)])
    func nothing(time: TimeAmount) throws {
        #expect(try Harness().pause(time).value == "over")
    }

    @Test("a client that leaves ends it at once, and its timer finds nobody")
    func clientLeaves() throws {
        let harness = try Harness()
        let pause = harness.pause(.milliseconds(20))
        harness.client.disconnect()
        #expect(pause.value == UpstreamError.Kind.cancelled.rawValue)
        harness.client.loop.advance(by: .milliseconds(50))
        // Whoever comes later does not wait at all.
        #expect(harness.pause(.milliseconds(20)).value == UpstreamError.Kind.cancelled.rawValue)
    }

    @Test("the end of the process ends it")
    func shutdown() throws {
        let harness = try Harness()
        let pause = harness.pause(.seconds(5))
        harness.exchange.observer?.serverShutsDown()
        harness.client.loop.eventLoop.run()
        #expect(pause.value == UpstreamError.Kind.shutdown.rawValue)
    }
}
