import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SluiceHTTP

@Suite("Relay")
struct RelayTests {
    /// A client that asked, an upstream that does what the test says, and the relay between them.
    private final class Harness {
        let client: ServerHarness
        let exchange: ServerExchange
        let transport = FakeUpstreamTransport()
        let transducer = FakeTransducer()
        let relay: Relay
        let attempt: TestLoop.Outcome<AttemptResult>
        /// What was sent to the client when the exchange was settled.
        private(set) var sentAtSettlement: String?
        private(set) var text = ""
        private var finished: TestLoop.Outcome<Void>?

        init(
            timeouts: RelayTimeouts = RelayTimeouts(),
            prepare: (FakeTransducer, FakeUpstreamTransport) -> Void = { _, _ in }
        ) throws {
            self.client = try ServerHarness()
            self.client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            self.exchange = try #require(self.client.exchanges.first)
            prepare(self.transducer, self.transport)
            let relay = Relay(exchange: self.exchange, transducer: self.transducer, timeouts: timeouts)
            self.relay = relay
            let transport = self.transport
            self.attempt = self.client.loop.start {
                await relay.attempt(
                    UpstreamRequest(method: "GET", target: "/", authority: "u", headers: [], body: nil), on: transport
                )
            }
            self.transducer.onSettle = { [unowned self] in
                self.collect()
                self.sentAtSettlement = self.text
            }
            self.finished = self.client.loop.start { await relay.finish() }
        }

        var isFinished: Bool { self.finished?.value != nil }

        func collect() { self.text += (try? self.client.sent()) ?? "" }

        /// The body that reached the client, without head and chunk framing.
        var body: String {
            self.collect()
            guard let start = self.text.firstRange(of: "\r\n\r\n") else { return "" }
            var rest = self.text[start.upperBound...]
            var result = ""
            while let line = rest.firstRange(of: "\r\n"), let size = Int(rest[..<line.lowerBound], radix: 16), size > 0
            {
                let end = rest.index(line.upperBound, offsetBy: size)
                result += rest[line.upperBound..<end]
                rest = rest[end...].dropFirst("\r\n".count)
            }
            return result
        }

        /// Whether the client saw the answer's regular end.
        var hasEnd: Bool {
            self.collect()
            return self.text.hasSuffix("0\r\n\r\n")
        }

        func head() {
            self.transport.receiver?.upstreamSentHead(status: 200, headers: [:])
            self.client.loop.eventLoop.run()
        }

        func piece(_ text: String) {
            self.transport.receiver?.upstreamSentBody(ByteBuffer(string: text))
            self.client.loop.eventLoop.run()
        }

        func readComplete() { self.transport.receiver?.upstreamReadComplete() }

        func end() {
            self.transport.receiver?.upstreamSentEnd()
            self.client.loop.eventLoop.run()
        }

        func fail(_ kind: UpstreamError.Kind = .cut) {
            self.transport.receiver?.upstreamFailed(UpstreamError(kind, "test"))
            self.client.loop.eventLoop.run()
        }

        func passDeadline() {
            self.transport.receiver?.upstreamDeadlinePassed()
            self.client.loop.eventLoop.run()
        }

        func setWritable(_ isWritable: Bool) {
            self.client.channel.isWritable = isWritable
            self.client.channel.pipeline.fireChannelWritabilityChanged()
        }
    }

    private static func holding() throws -> Harness {
        try Harness { transducer, _ in transducer.headDecision = .hold }
    }

    private static func collecting(limit: Int = 100) throws -> Harness {
        try Harness { transducer, _ in transducer.headDecision = .collect(limitBytes: limit) }
    }

    private static func staged(bytes: Int = 10) throws -> Harness {
        try Harness { transducer, _ in
            transducer.headDecision = .stage(ResponseHead(status: 200), bytes: bytes)
        }
    }

    // MARK: The regular way

    @Test("a whole answer passes, is settled once, and before its end is released")
    func complete() throws {
        let test = try Harness()
        #expect(test.transport.request?.target == "/")
        #expect(test.attempt.value == nil)
        test.head()
        #expect(test.attempt.value?.name == "committed")
        test.piece("one ")
        test.piece("two")
        #expect(test.body == "")
        test.readComplete()
        #expect(test.body == "one two")
        #expect(!test.isFinished)
        test.end()
        #expect(test.transducer.settlements == [.complete])
        #expect(test.sentAtSettlement?.hasSuffix("0\r\n\r\n") == false)
        #expect(test.hasEnd)
        #expect(test.isFinished)
        #expect(test.transport.cancels == 0)
        #expect(test.client.channel.isActive)
    }

    @Test("one flush for each burst, however many pieces it has")
    func bursts() throws {
        final class FlushCounter: ChannelOutboundHandler {
            typealias OutboundIn = ByteBuffer
            var flushes = 0
            func flush(context: ChannelHandlerContext) {
                self.flushes += 1
                context.flush()
            }
        }
        let test = try Harness()
        let counter = FlushCounter()
        try test.client.channel.pipeline.syncOperations.addHandler(counter, position: .first)
        test.head()
        for burst in 1...3 {
            for _ in 0..<10 { test.piece("x") }
            #expect(counter.flushes == burst - 1)
            test.readComplete()
            #expect(counter.flushes == burst)
        }
    }

    @Test("a stream begins with the event that shows that it is no error, and nothing of it is lost")
    func hold() throws {
        let test = try Self.holding()
        test.transducer.steps = [RelayStep(), RelayStep(.commit(ResponseHead(status: 201)), hasEvent: true)]
        test.head()
        test.piece(": wait\n\n")
        test.readComplete()
        #expect(test.attempt.value == nil)
        #expect(test.body == "")
        test.piece("data: 1\n\n")
        #expect(test.attempt.value?.name == "committed")
        test.readComplete()
        #expect(test.body == ": wait\n\ndata: 1\n\n")
        #expect(test.text.hasPrefix("HTTP/1.1 201 "))
    }

    @Test("a terminal event is settled before a byte of it is released, and never again")
    func terminal() throws {
        let test = try Self.holding()
        test.transducer.steps = [
            RelayStep(.commit(ResponseHead(status: 200)), hasEvent: true), RelayStep(hasEvent: true, isTerminal: true),
        ]
        test.head()
        test.piece("data: 1\n\n")
        test.readComplete()
        test.piece("data: [DONE]\n\n")
        #expect(test.transducer.settlements == [.complete])
        #expect(test.sentAtSettlement?.contains("DONE") == false)
        test.readComplete()
        test.end()
        #expect(test.transducer.settlements == [.complete])
        #expect(test.body == "data: 1\n\ndata: [DONE]\n\n")
        #expect(test.hasEnd)
    }

    @Test("what the end still brings is written before the end")
    func endOutput() throws {
        let test = try Harness()
        test.transducer.endOutput = ByteBuffer(string: "tail")
        test.head()
        test.piece("body ")
        test.end()
        #expect(test.body == "body tail")
        #expect(test.hasEnd)
    }

    // MARK: Refusals and failures before the answer has begun

    @Test("a refusal's body is collected and given to the request path")
    func refusal() throws {
        let test = try Self.collecting()
        test.head()
        test.piece("no ")
        test.piece("way")
        test.readComplete()
        #expect(test.attempt.value == nil)
        test.end()
        guard case .refused(200, _, let body)? = test.attempt.value else {
            Issue.record("not refused")
            return
        }
        #expect(String(buffer: body) == "no way")
        #expect(test.transducer.settlements.isEmpty)
        #expect(test.transport.cancels == 0)
        #expect(test.isFinished)
        #expect(test.body == "")
        #expect(!test.exchange.isAnswerBegun)
    }

    @Test("a refusal's body past the limit is cut there, and the rest is not read", arguments: [9, 10, 11, 100])
    func refusalLimit(size: Int) throws {
        let test = try Self.collecting(limit: 10)
        test.head()
        test.piece("01234")
        test.piece(String(repeating: "x", count: size - 5))
        if size <= 10 { test.end() }
        guard case .refused(_, _, let body)? = test.attempt.value else {
            Issue.record("not refused")
            return
        }
        #expect(body.readableBytes == min(size, 10))
        #expect(test.transport.cancels == (size > 10 ? 1 : 0))
    }

    @Test("a first event that is an error refuses, and the stream is not read on")
    func refusedByEvent() throws {
        let test = try Self.holding()
        test.transducer.steps = [RelayStep(.refuse(ByteBuffer(string: "{}")), hasEvent: true)]
        test.head()
        test.piece("data: {}\n\n")
        #expect(test.attempt.value?.name == "refused")
        #expect(test.transport.cancels == 1)
        #expect(!test.exchange.isAnswerBegun)
        #expect(test.transducer.settlements.isEmpty)
    }

    @Test("an answer that cannot be used fails the attempt")
    func unusableHead() throws {
        let test = try Harness { transducer, _ in transducer.headDecision = .fail(UpstreamError(.malformed, "x")) }
        test.head()
        #expect(test.attempt.value?.name == "failed malformed")
        #expect(test.transport.cancels == 1)
        #expect(!test.exchange.isAnswerBegun)
    }

    @Test("a failure that comes while the request is sent is the result")
    func failsWhileSending() throws {
        let test = try Harness { _, transport in
            transport.onSend = { $0.upstreamFailed(UpstreamError(.closedBeforeAnswer, "x")) }
        }
        #expect(test.attempt.value?.name == "failed closed_before_answer")
        #expect(test.isFinished)
    }

    enum Early: CaseIterable, Sendable {
        case waiting, holding, collecting, staged
    }

    private static func early(_ phase: Early) throws -> Harness {
        let test =
            switch phase {
            case .holding: try self.holding()
            case .collecting: try self.collecting()
            case .staged: try self.staged()
            case .waiting: try Harness()
            }
        if phase != .waiting {
            test.head()
            test.piece("part")
        }
        return test
    }

    @Test("an upstream that breaks before the answer has begun fails the attempt", arguments: Early.allCases)
    func earlyFailure(phase: Early) throws {
        let test = try Self.early(phase)
        test.fail(phase == .waiting ? .closedBeforeAnswer : .cut)
        #expect(test.attempt.value?.name == (phase == .waiting ? "failed closed_before_answer" : "failed cut"))
        #expect(test.transducer.settlements.isEmpty)
        #expect(test.transport.cancels == 0)
        #expect(!test.exchange.isAnswerBegun)
        #expect(test.isFinished)
    }

    @Test("a deadline before the answer has begun fails the attempt and ends it", arguments: Early.allCases)
    func earlyDeadline(phase: Early) throws {
        let test = try Self.early(phase)
        test.passDeadline()
        #expect(test.attempt.value?.name == "failed timeout")
        #expect(test.transport.cancels == 1)
        #expect(test.transducer.settlements.isEmpty)
        #expect(test.isFinished)
    }

    @Test("a client that leaves before the answer has begun ends the attempt", arguments: Early.allCases)
    func earlyClientGone(phase: Early) throws {
        let test = try Self.early(phase)
        test.client.disconnect()
        #expect(test.attempt.value?.name == "client gone")
        #expect(test.transport.cancels == 1)
        #expect(test.transducer.settlements.isEmpty)
        #expect(test.isFinished)
        // What the transport still says is heard by nobody.
        test.head()
        test.piece("late")
        test.end()
        test.fail()
        #expect(test.transport.cancels == 1)
    }

    @Test("a client that left before the attempt is not attempted for")
    func clientGoneBefore() throws {
        let client = try ServerHarness()
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
        let exchange = client.exchanges[0]
        client.disconnect()
        let transport = FakeUpstreamTransport()
        let relay = Relay(exchange: exchange, transducer: FakeTransducer(), timeouts: RelayTimeouts())
        let result = client.loop.start {
            await relay.attempt(
                UpstreamRequest(method: "GET", target: "/", authority: "u", headers: [], body: nil), on: transport)
        }
        #expect(result.value?.name == "client gone")
        #expect(transport.request == nil)
        #expect(transport.cancels == 1)
    }

    @Test("a stream without an event is a failure", arguments: [true, false])
    func emptyStream(hasError: Bool) throws {
        let test = try Self.holding()
        if hasError { test.transducer.endError = UpstreamError(.malformed, "x") }
        test.head()
        test.end()
        #expect(test.attempt.value?.name == (hasError ? "failed malformed" : "failed cut"))
        #expect(!test.exchange.isAnswerBegun)
    }

    @Test("an answer without a head is malformed")
    func noHead() throws {
        let test = try Harness()
        test.end()
        #expect(test.attempt.value?.name == "failed malformed")
    }

    // MARK: Failures within the answer

    @Test(
        "an upstream that breaks within a stream ends the client's stream with an error event",
        arguments: [
            UpstreamError.Kind.cut, .malformed, .timeout,
        ])
    func lateFailure(kind: UpstreamError.Kind) throws {
        let test = try Harness()
        test.head()
        test.piece("part ")
        test.readComplete()
        test.fail(kind)
        #expect(test.transducer.settlements == [.failed(UpstreamError(kind, "test"))])
        #expect(test.sentAtSettlement?.contains("<error>") == false)
        #expect(test.body == "part <error>")
        #expect(test.hasEnd)
        #expect(test.isFinished)
        #expect(test.transport.cancels == 0)
    }

    @Test("an upstream that breaks within a whole answer cuts the client's")
    func lateFailureOfWhole() throws {
        let test = try Harness { transducer, _ in transducer.errorText = nil }
        test.head()
        test.piece("part")
        test.readComplete()
        test.fail()
        #expect(test.transducer.settlements.count == 1)
        #expect(!test.hasEnd)
        #expect(!test.client.channel.isActive)
        #expect(test.isFinished)
    }

    @Test("a cut after the terminal event is no failure")
    func cutAfterTerminal() throws {
        let test = try Harness()
        test.head()
        test.transducer.steps = [RelayStep(hasEvent: true, isTerminal: true)]
        test.piece("data: [DONE]\n\n")
        test.fail()
        #expect(test.transducer.settlements == [.complete])
        #expect(test.body == "data: [DONE]\n\n")
        #expect(test.hasEnd)
        #expect(test.client.channel.isActive)
    }

    @Test("a deadline within a stream is an error event, and ends the attempt")
    func lateDeadline() throws {
        let test = try Harness()
        test.head()
        test.piece("part ")
        test.readComplete()
        test.passDeadline()
        #expect(test.body == "part <error>")
        #expect(test.hasEnd)
        #expect(test.transport.cancels == 1)
        guard case .failed(let error)? = test.transducer.settlements.first else {
            Issue.record("not failed")
            return
        }
        #expect(error.kind == .timeout)
        #expect(test.transducer.settlements.count == 1)
    }

    @Test("a deadline after the terminal event ends the answer well")
    func deadlineAfterTerminal() throws {
        let test = try Harness()
        test.head()
        test.transducer.steps = [RelayStep(hasEvent: true, isTerminal: true)]
        test.piece("data: [DONE]\n\n")
        test.readComplete()
        test.passDeadline()
        #expect(test.transducer.settlements == [.complete])
        #expect(test.body == "data: [DONE]\n\n")
        #expect(test.hasEnd)
        #expect(test.transport.cancels == 1)
    }

    @Test("an answer that turns out not to be whole ends with an error event")
    func incompleteEnd() throws {
        let test = try Harness()
        test.transducer.endError = UpstreamError(.cut, "x")
        test.head()
        test.piece("part ")
        test.end()
        #expect(test.transducer.settlements == [.failed(UpstreamError(.cut, "x"))])
        #expect(test.body == "part <error>")
    }

    @Test("an answer that breaks in its decoding ends with what was read, and an error event")
    func failingStep() throws {
        let test = try Harness()
        test.head()
        test.transducer.steps = [RelayStep(), RelayStep(.fail(UpstreamError(.malformed, "x")))]
        test.piece("one ")
        test.piece("two ")
        #expect(test.body == "one two <error>")
        #expect(test.transducer.settlements == [.failed(UpstreamError(.malformed, "x"))])
        #expect(test.transport.cancels == 1)
        #expect(test.isFinished)
        test.piece("three")
        test.end()
        #expect(test.body == "one two <error>")
    }

    @Test("a client that leaves within the answer ends the attempt, once, at every point", arguments: 0...4)
    func clientGone(point: Int) throws {
        let test = try Harness()
        test.head()
        if point >= 1 { test.piece("a") }
        if point >= 2 { test.readComplete() }
        if point >= 3 {
            test.setWritable(false)
            test.piece("b")
        }
        if point >= 4 { test.readComplete() }
        test.client.disconnect()
        #expect(test.transducer.settlements == [.clientGone])
        #expect(test.transport.cancels == 1)
        #expect(test.isFinished)
        test.piece("late")
        test.readComplete()
        test.end()
        test.fail()
        test.passDeadline()
        #expect(test.transducer.settlements == [.clientGone])
    }

    @Test("a client that leaves after the terminal event had its answer")
    func clientGoneAfterTerminal() throws {
        let test = try Harness()
        test.head()
        test.transducer.steps = [RelayStep(hasEvent: true, isTerminal: true)]
        test.piece("data: [DONE]\n\n")
        test.client.disconnect()
        #expect(test.transducer.settlements == [.complete])
        #expect(test.transport.cancels == 1)
        #expect(test.isFinished)
    }

    // MARK: Answers whose beginning is kept

    @Test("a short answer begins when it is whole")
    func stagedShort() throws {
        let test = try Self.staged()
        test.head()
        test.piece("short")
        test.readComplete()
        #expect(test.attempt.value == nil)
        #expect(!test.exchange.isAnswerBegun)
        test.end()
        #expect(test.attempt.value?.name == "committed")
        #expect(test.transducer.settlements == [.complete])
        #expect(test.sentAtSettlement?.contains("short") == false)
        #expect(test.body == "short")
        #expect(test.hasEnd)
        #expect(test.isFinished)
    }

    @Test("a long answer begins when enough of it came, and loses nothing", arguments: [9, 10, 11, 500])
    func stagedLong(size: Int) throws {
        let test = try Self.staged()
        test.head()
        test.piece("0123")
        test.piece(String(repeating: "x", count: size - 4))
        #expect((test.attempt.value != nil) == (size >= 10))
        test.piece("tail")
        test.end()
        #expect(test.body == "0123\(String(repeating: "x", count: size - 4))tail")
        #expect(test.transducer.settlements == [.complete])
    }

    @Test("a short answer that is not whole never began")
    func stagedFailure() throws {
        let test = try Self.staged()
        test.transducer.endError = UpstreamError(.cut, "x")
        test.head()
        test.piece("short")
        test.end()
        #expect(test.attempt.value?.name == "failed cut")
        #expect(!test.exchange.isAnswerBegun)
        #expect(test.transducer.settlements.isEmpty)

        let broken = try Self.staged()
        broken.transducer.steps = [RelayStep(.fail(UpstreamError(.malformed, "x")))]
        broken.head()
        broken.piece("bad")
        #expect(broken.attempt.value?.name == "failed malformed")
        #expect(broken.transport.cancels == 1)
        #expect(!broken.exchange.isAnswerBegun)
    }

    // MARK: Cuts of what was complete, and shutdown

    @Test("an answer that was complete but for its end is completed", arguments: [true, false])
    func completedCut(byDeadline: Bool) throws {
        let test = try Harness()
        test.transducer.cutEnd = "<end>"
        test.head()
        test.piece("all ")
        if byDeadline { test.passDeadline() } else { test.fail() }
        #expect(test.transducer.settlements == [.complete])
        #expect(test.sentAtSettlement?.contains("<end>") == false)
        #expect(test.body == "all <end>")
        #expect(test.hasEnd)
    }

    @Test("a shutdown ends a stream with an error event, and an attempt that has not begun with a failure")
    func shutdown() throws {
        let test = try Harness()
        test.head()
        test.piece("part ")
        test.readComplete()
        test.exchange.abandon()
        #expect(test.body == "part <error>")
        #expect(test.hasEnd)
        #expect(test.transport.cancels == 1)
        guard case .failed(let error)? = test.transducer.settlements.first else {
            Issue.record("not failed")
            return
        }
        #expect(error.kind == .shutdown)

        for phase in Early.allCases {
            let test = try Self.early(phase)
            test.exchange.abandon()
            test.client.loop.eventLoop.run()
            #expect(test.attempt.value?.name == "failed shutdown")
            #expect(test.transport.cancels == 1)
            #expect(test.isFinished)
        }
    }

    // MARK: Back-pressure

    @Test("a client that takes nothing stops the reading, and one that takes again starts it")
    func backPressure() throws {
        let test = try Harness()
        test.head()
        test.piece("one ")
        #expect(test.transport.readings.isEmpty)
        test.setWritable(false)
        test.piece("two ")
        #expect(test.transport.readings == [false])
        // The rest of a burst that was read already goes out too; the reading is stopped once.
        test.piece("three ")
        test.readComplete()
        #expect(test.transport.readings == [false])
        test.setWritable(true)
        #expect(test.transport.readings == [false, true])
        test.piece("four")
        test.end()
        #expect(test.body == "one two three four")
        #expect(test.transducer.settlements == [.complete])
    }

    @Test("what was written when the client stopped is sent, so that it can start again")
    func backPressureFlushes() throws {
        let test = try Harness()
        test.head()
        test.setWritable(false)
        test.piece("one")
        test.readComplete()
        #expect(test.body == "one")
    }

    @Test("an answer whose last piece fills the window is settled before it is released")
    func settledBeforeLastPiece() throws {
        let test = try Harness { transducer, _ in
            transducer.headDecision = .commit(ResponseHead(status: 200, bodyLength: 4))
        }
        test.head()
        test.setWritable(false)
        test.piece("last")
        test.end()
        #expect(test.sentAtSettlement?.contains("last") == false)
        test.collect()
        #expect(test.text.hasSuffix("\r\n\r\nlast"))
    }

    @Test("a client that takes nothing for too long is the one that is given up")
    func slowClient() throws {
        let test = try Harness()
        test.head()
        test.setWritable(false)
        test.piece("one")
        test.readComplete()
        test.passDeadline()
        #expect(test.transducer.settlements == [.clientGone])
        #expect(!test.client.channel.isActive)
        #expect(test.transport.cancels == 1)
        #expect(test.isFinished)
    }

    // MARK: Deadlines

    @Test("each phase sets its own deadline")
    func deadlines() throws {
        var timeouts = RelayTimeouts()
        timeouts.firstByte = .seconds(100)
        timeouts.firstEvent = .seconds(20)
        timeouts.firstContent = .seconds(50)
        timeouts.idle = .seconds(30)
        let test = try Harness(timeouts: timeouts) { transducer, _ in transducer.headDecision = .hold }
        test.transducer.steps = [
            RelayStep(.commit(ResponseHead(status: 200)), hasEvent: true), RelayStep(hasEvent: true, hasContent: true),
        ]
        let loop = test.client.loop
        func left() -> TimeAmount { (test.transport.deadline ?? .distantPast) - loop.eventLoop.now }
        #expect(left() == .seconds(100))
        loop.advance(by: .seconds(40))
        test.readComplete()
        #expect(left() == .seconds(60))
        test.head()
        #expect(left() == .seconds(20))
        loop.advance(by: .seconds(10))
        test.piece("data: {}\n\n")
        test.readComplete()
        #expect(left() == .seconds(30))
        loop.advance(by: .seconds(25))
        test.readComplete()
        #expect(left() == .seconds(15))
        test.piece("data: x\n\n")
        test.readComplete()
        #expect(left() == .seconds(30))
        loop.advance(by: .minutes(28) + .seconds(40))
        test.readComplete()
        #expect(left() == .seconds(5))
    }
}

extension AttemptResult {
    fileprivate var name: String {
        switch self {
        case .committed: "committed"
        case .refused: "refused"
        case .failed(let error): "failed \(error.kind.rawValue)"
        case .clientGone: "client gone"
        }
    }
}
