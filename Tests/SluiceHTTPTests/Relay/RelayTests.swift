import NIOCore
import NIOEmbedded
import NIOHTTP1
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("Relay")
struct RelayTests {
    /// The first event of a stream that says something, and the first that has content.
    private static var start: RelayStep { RelayStep(hasEvent: true) }
    private static var content: RelayStep { RelayStep(hasEvent: true, hasContent: true) }

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
            leave: ClientLeavePolicy = .cancel,
            prepare: (FakeTransducer, FakeUpstreamTransport) -> Void = { _, _ in }
        ) throws {
            self.client = try ServerHarness()
            self.client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            self.exchange = try #require(self.client.exchanges.first)
            prepare(self.transducer, self.transport)
            let relay = Relay(
                exchange: self.exchange, transducer: self.transducer, timeouts: timeouts, leave: leave)
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

        /// Lets time pass to the deadline that is set, and tells the relay.
        func reachDeadline() throws {
            let deadline = try #require(self.transport.deadline)
            self.client.loop.eventLoop.advanceTime(to: deadline)
            self.passDeadline()
        }

        /// How long it is until the deadline that is set.
        var wait: TimeAmount? {
            self.transport.deadline.map { $0 - self.client.loop.eventLoop.now }
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
            test.client.loop.eventLoop.run()
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

    // MARK: What is held back

    @Test("the beginning of a stream is held back until it is let go, and not longer than a start may take")
    func startUp() throws {
        let test = try Self.holding()
        test.transducer.heldHead = ResponseHead(status: 200)
        test.transducer.steps = [Self.start, Self.start]
        test.head()
        test.readComplete()
        #expect(test.wait == RelayTimeouts().firstEvent)
        test.piece("role ")
        test.readComplete()
        #expect(test.wait == CommitHold.startUp)
        test.client.loop.eventLoop.advanceTime(by: .seconds(2))
        test.piece("ping ")
        test.readComplete()
        #expect(test.wait == .seconds(3))
        #expect(test.attempt.value == nil)
        try test.reachDeadline()
        #expect(test.attempt.value?.name == "committed")
        #expect(test.body == "role ping ")
        #expect(test.wait == RelayTimeouts().ping)
        #expect(test.transducer.settlements.isEmpty)
    }

    @Test("a hold of its own time counts from the first content")
    func holdTime() throws {
        var timeouts = RelayTimeouts()
        timeouts.hold = CommitHold(time: .seconds(8))
        let test = try Harness(timeouts: timeouts) { transducer, _ in transducer.headDecision = .hold }
        test.transducer.heldHead = ResponseHead(status: 200)
        test.transducer.steps = [Self.start, Self.content, Self.content]
        test.head()
        test.piece("role ")
        test.readComplete()
        test.client.loop.eventLoop.advanceTime(by: .seconds(4))
        test.piece("one ")
        test.readComplete()
        #expect(test.wait == .seconds(8))
        test.client.loop.eventLoop.advanceTime(by: .seconds(7))
        test.piece("two ")
        test.readComplete()
        #expect(test.wait == .seconds(1))
        #expect(!test.exchange.isAnswerBegun)
        try test.reachDeadline()
        #expect(test.body == "role one two ")
    }

    @Test("crumbs that are held back are gathered, and nothing of them is lost")
    func crumbs() throws {
        let test = try Self.holding()
        test.head()
        let text = String(repeating: "0123456789", count: 300)
        for byte in text.utf8 { test.piece(String(decoding: [byte], as: UTF8.self)) }
        #expect(test.relay.output.count < 10)
        test.transducer.steps = [RelayStep(.commit(ResponseHead(status: 200)), hasEvent: true)]
        test.piece("!")
        test.readComplete()
        #expect(test.body == text + "!")
    }

    @Test("an upstream that is silent while it is held back is failed at its own deadline")
    func heldSilence() throws {
        var timeouts = RelayTimeouts()
        timeouts.firstContent = .seconds(3)
        let test = try Harness(timeouts: timeouts) { transducer, _ in transducer.headDecision = .hold }
        test.transducer.heldHead = ResponseHead(status: 200)
        test.transducer.steps = [Self.start]
        test.head()
        test.piece("role ")
        test.readComplete()
        try test.reachDeadline()
        #expect(test.attempt.value?.name == "failed timeout")
        #expect(!test.exchange.isAnswerBegun)
    }

    // MARK: Silence

    private static func streaming(_ timeouts: RelayTimeouts = RelayTimeouts()) throws -> Harness {
        let test = try Harness(timeouts: timeouts) { transducer, _ in transducer.headDecision = .hold }
        test.transducer.pingText = "<ping>"
        test.transducer.steps = [RelayStep(.commit(ResponseHead(status: 200)), hasEvent: true, hasContent: true)]
        test.head()
        test.piece("one ")
        test.readComplete()
        return test
    }

    @Test("a silent stream has pings at their interval, and none of them is taken for the upstream's life")
    func pings() throws {
        let test = try Self.streaming()
        #expect(test.wait == .seconds(15))
        for count in 1...7 {
            try test.reachDeadline()
            #expect(test.body == "one " + String(repeating: "<ping>", count: count))
        }
        // The eighth interval ends with the wait for the next byte.
        #expect(test.wait == .seconds(15))
        try test.reachDeadline()
        #expect(test.transducer.settlements.count == 1)
        #expect(test.body.hasSuffix("<ping><error>"))
    }

    @Test("whatever is read puts the ping off, and where none may stand it is tried again later")
    func noPing() throws {
        let test = try Self.streaming()
        test.client.loop.eventLoop.advanceTime(by: .seconds(14))
        test.piece("half ")
        test.readComplete()
        #expect(test.wait == .seconds(15))
        test.transducer.pingText = nil
        try test.reachDeadline()
        #expect(test.body == "one half ")
        test.transducer.pingText = "<ping>"
        try test.reachDeadline()
        #expect(test.body == "one half <ping>")
    }

    @Test(
        "no pings where they are off, in a whole answer, behind the terminal event, and for a client that takes nothing"
    )
    func pingsOff() throws {
        var timeouts = RelayTimeouts()
        timeouts.ping = .zero
        #expect(try Self.streaming(timeouts).wait == timeouts.idle)
        let whole = try Harness()
        whole.head()
        whole.piece("x")
        whole.readComplete()
        #expect(whole.wait == timeouts.idle)
        let done = try Self.streaming()
        done.transducer.steps = [RelayStep(hasEvent: true, isTerminal: true)]
        done.piece("[DONE]")
        done.readComplete()
        #expect(done.wait == timeouts.idle)
        let slow = try Self.streaming()
        slow.setWritable(false)
        slow.piece("much")
        slow.readComplete()
        #expect(slow.wait == timeouts.idle)
        slow.setWritable(true)
        #expect(slow.wait == RelayTimeouts().ping)
    }

    // MARK: Clients that leave

    @Test("with drain, the answer is read on for nobody and settled at its end", arguments: Early.allCases + [nil])
    func drain(phase: Early?) throws {
        let test = try Harness(leave: .drain) { transducer, _ in
            switch phase {
            case .holding: transducer.headDecision = .hold
            case .staged: transducer.headDecision = .stage(ResponseHead(status: 200), bytes: 100)
            case .collecting: transducer.headDecision = .collect(limitBytes: 100)
            case .waiting, nil: break
            }
        }
        if phase != .waiting {
            test.head()
            test.piece("part")
        }
        test.client.disconnect()
        guard phase != .collecting else {
            // A refusal costs nothing.
            #expect(test.attempt.value?.name == "client gone")
            #expect(test.transport.cancels == 1)
            return
        }
        #expect(test.attempt.value?.name == "committed")
        #expect(test.transducer.settlements.isEmpty)
        #expect(!test.isFinished)
        #expect(test.exchange.loop.drains.count == 1)
        if phase == .waiting { test.head() }
        test.piece("more")
        test.readComplete()
        test.end()
        #expect(test.transducer.settlements == [.drained])
        #expect(test.isFinished)
        #expect(test.transport.cancels == 0)
        #expect(test.exchange.loop.drains.count == 0)
    }

    @Test("a drain ends with the terminal event for the record, and with the upstream for its resources")
    func drainTerminal() throws {
        let test = try Harness(leave: .drain) { transducer, _ in transducer.headDecision = .hold }
        test.transducer.steps = [RelayStep(.commit(ResponseHead(status: 200)), hasEvent: true)]
        test.head()
        test.piece("one ")
        test.client.disconnect()
        test.transducer.steps = [RelayStep(hasEvent: true, isTerminal: true)]
        test.piece("[DONE]")
        #expect(test.transducer.settlements == [.drained])
        #expect(!test.isFinished)
        test.end()
        #expect(test.isFinished)
        #expect(test.transducer.settlements.count == 1)
    }

    @Test(
        "a drain that fails, stalls, grows or meets the end of the process is settled with what is known",
        arguments: 0..<5)
    func drainFails(how: Int) throws {
        let test = try Harness(leave: .drain)
        test.head()
        test.piece("part")
        test.readComplete()
        test.client.disconnect()
        switch how {
        case 0: test.fail()
        case 1: try test.reachDeadline()
        case 2:
            let piece = String(repeating: "x", count: 1 << 20)
            for _ in 0..<16 { test.piece(piece) }
        case 3: test.exchange.loop.drains.abandonAll()
        default:
            test.transducer.steps = [RelayStep(.fail(UpstreamError(.malformed, "x")))]
            test.piece("bad")
        }
        test.client.loop.eventLoop.run()
        #expect(test.transducer.settlements == [.clientGone])
        #expect(test.isFinished)
        #expect(test.transport.cancels == (how == 0 ? 0 : 1))
        #expect(test.exchange.loop.drains.count == 0)
    }

    @Test("with drain_most, what is mostly done is read on, and nothing else", arguments: [true, false])
    func drainMost(isMostlyDone: Bool) throws {
        let test = try Harness(leave: .drainMost)
        test.transducer.isMostlyDone = isMostlyDone
        test.head()
        test.piece("part")
        test.client.disconnect()
        #expect(test.isFinished == !isMostlyDone)
        #expect(test.transport.cancels == (isMostlyDone ? 0 : 1))
        #expect(test.transducer.settlements == (isMostlyDone ? [] : [.clientGone]))
    }

    @Test("a client that takes nothing has left, and the upstream is read again for the drain")
    func drainPaused() throws {
        let test = try Harness(leave: .drain)
        test.head()
        test.setWritable(false)
        test.piece("much")
        test.readComplete()
        #expect(test.transport.readings == [false])
        try test.reachDeadline()
        #expect(!test.client.channel.isActive)
        #expect(test.transport.readings == [false, true])
        #expect(test.transducer.settlements.isEmpty)
        test.end()
        #expect(test.transducer.settlements == [.drained])
        #expect(test.isFinished)
    }

    @Test("a refusal that comes for a client that left is not waited for")
    func drainRefusal() throws {
        let test = try Harness(leave: .drain)
        test.client.disconnect()
        test.transducer.headDecision = .collect(limitBytes: 100)
        test.head()
        #expect(test.transducer.settlements == [.clientGone])
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
        timeouts.ping = .zero
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
        case .overtaken: "overtaken"
        }
    }
}
