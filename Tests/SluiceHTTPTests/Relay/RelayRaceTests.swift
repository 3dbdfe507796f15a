import NIOCore
import NIOEmbedded
import NIOHTTP1
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("RelayRace")
struct RelayRaceTests {
    /// One attempt of a race: its upstream, and what reads its answer.
    private final class Runner {
        let transport = FakeUpstreamTransport()
        let transducer = FakeTransducer()
        let relay: Relay

        init(_ exchange: ServerExchange, _ leave: ClientLeavePolicy) {
            self.relay = Relay(
                exchange: exchange, transducer: self.transducer, timeouts: RelayTimeouts(), leave: leave)
        }

        func head() { self.transport.receiver?.upstreamSentHead(status: 200, headers: [:]) }
        func piece(_ text: String) { self.transport.receiver?.upstreamSentBody(ByteBuffer(string: text)) }
        func end() { self.transport.receiver?.upstreamSentEnd() }
        func fail() { self.transport.receiver?.upstreamFailed(UpstreamError(.cut, "test")) }
    }

    /// A client that asked, and two attempts for it.
    private final class Harness {
        let client: ServerHarness
        let exchange: ServerExchange
        let race: RelayRace
        let first: Runner
        let second: Runner

        init(leave: ClientLeavePolicy = .cancel) throws {
            self.client = try ServerHarness()
            self.client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            self.exchange = try #require(self.client.exchanges.first)
            self.race = RelayRace(self.exchange)
            self.first = Runner(self.exchange, leave)
            self.second = Runner(self.exchange, leave)
        }

        func begin(_ runner: Runner) {
            let request = UpstreamRequest(method: "GET", target: "/", authority: "u", headers: [], body: nil)
            self.race.begin(runner.relay, request, on: runner.transport)
        }

        /// Waits for the next event; what it says is there once it happened.
        func next(within time: TimeAmount? = nil) -> TestLoop.Outcome<String> {
            let race = self.race
            let deadline = time.map { self.client.loop.eventLoop.now + $0 }
            return self.client.loop.start { [self] in self.name(await race.next(until: deadline)) }
        }

        private func name(_ event: RelayRace.Event) -> String {
            switch event {
            case .timePassed: return "time"
            case .decided(let relay, let result):
                let who = relay === self.first.relay ? "first" : "second"
                switch result {
                case .committed: return "\(who) began"
                case .refused: return "\(who) was refused"
                case .failed: return "\(who) failed"
                case .clientGone: return "\(who) has no client"
                case .overtaken: return "\(who) was overtaken"
                }
            }
        }

        func run() { self.client.loop.eventLoop.run() }
    }

    @Test("the first answer to begin is the client's, the other is cancelled, and the winner is the only news")
    func firstWins() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.begin(harness.second)
        let event = harness.next()
        harness.second.head()
        harness.run()
        #expect(event.value == "second began")
        #expect(harness.first.transport.cancels == 1)
        #expect(harness.second.transport.cancels == 0)
        // What the loser still says reaches nobody.
        harness.first.head()
        harness.first.piece("loser")
        harness.second.piece("winner")
        harness.second.end()
        let more = harness.next(within: .milliseconds(5))
        harness.client.loop.advance(by: .milliseconds(5))
        #expect(more.value == "time")
        let text = try harness.client.sent()
        #expect(text.contains("winner"))
        #expect(!text.contains("loser"))
        #expect(text.occurrences(of: "HTTP/1.1 200") == 1)
        #expect(harness.first.transducer.settlements.isEmpty)
        #expect(harness.second.transducer.settlements == [.complete])
    }

    @Test("an attempt that fails leaves the race to the other")
    func failureFirst() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.first.fail()
        #expect(harness.next().value == "first failed")
        #expect(harness.second.transport.cancels == 0)
        harness.second.head()
        harness.second.piece("answer")
        harness.second.end()
        #expect(harness.next().value == "second began")
        #expect(try harness.client.sent().contains("answer"))
    }

    @Test("two attempts that fail are told one by one")
    func bothFail() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.second.fail()
        harness.first.fail()
        #expect(harness.next().value == "second failed")
        #expect(harness.next().value == "first failed")
        #expect(try harness.client.sent().isEmpty)
    }

    @Test("the client's leaving ends both attempts")
    func clientLeaves() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.client.disconnect()
        #expect(harness.next().value == "first has no client")
        #expect(harness.next().value == "second has no client")
        #expect(harness.first.transport.cancels == 1)
        #expect(harness.second.transport.cancels == 1)
    }

    @Test("where answers are read to their end for a client that left, one is, and the other is cancelled")
    func clientLeavesAndOneDrains() throws {
        let harness = try Harness(leave: .drain)
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.client.disconnect()
        #expect(harness.next().value == "first began")
        #expect(harness.first.transport.cancels == 0)
        #expect(harness.second.transport.cancels == 1)
        harness.first.head()
        harness.first.piece("for nobody")
        harness.first.end()
        #expect(harness.first.transducer.settlements == [.drained])
    }

    @Test(
        "where one attempt is worth being read to its end, it is the only news of a client that left, whatever the others are"
    )
    func drainsTheSecond() throws {
        let harness = try Harness(leave: .drain)
        harness.first.transducer.headDecision = .collect(limitBytes: 100)
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.first.head()
        harness.client.disconnect()
        #expect(harness.next().value == "second began")
        #expect(harness.next(within: .seconds(1)).value == nil)
        #expect(harness.first.transport.cancels == 1)
        #expect(harness.second.transport.cancels == 0)
        harness.second.head()
        harness.second.end()
        #expect(harness.second.transducer.settlements == [.drained])
    }

    @Test("the end of the process ends both attempts")
    func shutdown() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.race.serverShutsDown()
        #expect(harness.next().value == "first failed")
        #expect(harness.next().value == "second failed")
    }

    @Test("the time that was waited for comes as an event, and only to the wait that it was for")
    func timers() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        let waited = harness.next(within: .milliseconds(10))
        harness.client.loop.advance(by: .milliseconds(9))
        #expect(waited.value == nil)
        harness.client.loop.advance(by: .milliseconds(1))
        #expect(waited.value == "time")
        // A wait that something else ended leaves a timer behind, which is not the next wait's.
        harness.begin(harness.second)
        let ended = harness.next(within: .milliseconds(10))
        harness.second.fail()
        harness.run()
        #expect(ended.value == "second failed")
        let unbounded = harness.next()
        harness.client.loop.advance(by: .milliseconds(50))
        #expect(unbounded.value == nil)
        harness.first.fail()
        harness.run()
        #expect(unbounded.value == "first failed")
    }

    @Test("an attempt that is ready when the race is decided is not sent")
    func late() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.first.head()
        harness.begin(harness.second)
        #expect(harness.second.transport.request == nil)
        #expect(harness.second.transport.cancels == 1)
        #expect(harness.next().value == "first began")
        #expect(harness.race.isDecided)
    }

    @Test("an attempt that is ready when the client is gone is not sent")
    func lateForTheClient() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.client.disconnect()
        harness.begin(harness.second)
        #expect(harness.second.transport.request == nil)
        #expect(harness.second.transport.cancels == 1)
        #expect(harness.next().value == "first has no client")
        #expect(harness.next().value == "second has no client")
    }

    @Test("a race that is given up ends what still runs, and says nothing more")
    func givenUp() throws {
        let harness = try Harness()
        harness.begin(harness.first)
        harness.begin(harness.second)
        harness.first.fail()
        #expect(harness.next().value == "first failed")
        harness.race.giveUp()
        #expect(harness.second.transport.cancels == 1)
        let nothing = harness.next(within: .milliseconds(5))
        harness.client.loop.advance(by: .milliseconds(5))
        #expect(nothing.value == "time")
        // The exchange is the request path's again.
        harness.exchange.answer("no", status: 502)
        #expect(try harness.client.sent().contains("502"))
    }
}
