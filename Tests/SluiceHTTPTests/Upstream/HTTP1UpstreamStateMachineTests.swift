import Testing

@testable import SluiceHTTP

@Suite("HTTP1UpstreamStateMachine")
struct HTTP1UpstreamStateMachineTests {
    private static func waiting() -> HTTP1UpstreamStateMachine {
        var machine = HTTP1UpstreamStateMachine()
        _ = machine.send()
        return machine
    }

    private static func answering(keepAlive: Bool) -> HTTP1UpstreamStateMachine {
        var machine = self.waiting()
        _ = machine.receiveHead(keepAlive: keepAlive)
        return machine
    }

    @Test("takes one request at a time, again and again")
    func reuse() {
        var machine = HTTP1UpstreamStateMachine()
        for _ in 0..<3 {
            #expect(machine.isIdle == true)
            #expect(machine.send() == true)
            #expect(machine.isIdle == false)
            #expect(machine.send() == false)
            #expect(machine.receiveHead(keepAlive: true) == true)
            #expect(machine.receiveHead(keepAlive: true) == false)
            #expect(machine.receiveEnd(isRequestSent: true) == .release)
        }
    }

    @Test(
        "is closed after an answer that says so, or that came before the request was sent",
        arguments: [
            (true, true), (true, false), (false, true), (false, false),
        ])
    func end(keepAlive: Bool, isRequestSent: Bool) {
        var machine = Self.answering(keepAlive: keepAlive)
        let isKept = keepAlive && isRequestSent
        #expect(machine.receiveEnd(isRequestSent: isRequestSent) == (isKept ? .release : .close))
        #expect(machine.isIdle == isKept)
        #expect(machine.send() == isKept)
    }

    @Test("an answer without a request is none")
    func unsolicited() {
        var machine = HTTP1UpstreamStateMachine()
        #expect(machine.receiveHead(keepAlive: true) == false)
        #expect(machine.receiveEnd(isRequestSent: true) == .ignore)
        #expect(machine.isIdle == true)
        var waiting = Self.waiting()
        #expect(waiting.receiveEnd(isRequestSent: true) == .ignore)
    }

    @Test("a failure is told to whoever waits, once")
    func fail() {
        var idle = HTTP1UpstreamStateMachine()
        #expect(idle.fail() == .forget)
        #expect(idle.fail() == .ignore)
        #expect(idle.send() == false)
        var waiting = Self.waiting()
        #expect(waiting.fail() == .failBeforeAnswer)
        #expect(waiting.fail() == .ignore)
        #expect(waiting.receiveHead(keepAlive: true) == false)
        var answering = Self.answering(keepAlive: true)
        #expect(answering.fail() == .failWithinAnswer)
        #expect(answering.receiveEnd(isRequestSent: true) == .ignore)
        #expect(answering.fail() == .ignore)
    }

    @Test("nothing is told after a cancellation")
    func cancel() {
        for index in 0..<3 {
            var machine =
                index == 0 ? HTTP1UpstreamStateMachine() : index == 1 ? Self.waiting() : Self.answering(keepAlive: true)
            machine.cancel()
            #expect(machine.isIdle == false)
            #expect(machine.fail() == .ignore)
            #expect(machine.receiveHead(keepAlive: true) == false)
            #expect(machine.receiveEnd(isRequestSent: true) == .ignore)
            #expect(machine.send() == false)
        }
    }
}
