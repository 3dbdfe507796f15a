import Testing

@testable import SluiceHTTP

@Suite("HTTP1ServerStateMachine")
struct HTTP1ServerStateMachineTests {
    typealias Part = HTTP1ServerStateMachine.PartAction

    private static func exchanging(keepAlive: Bool = true, isComplete: Bool = false) -> HTTP1ServerStateMachine {
        var machine = HTTP1ServerStateMachine()
        _ = machine.receiveHead(keepAlive: keepAlive, hasQueue: false)
        if isComplete { _ = machine.receiveEnd() }
        return machine
    }

    private static func lingering() -> HTTP1ServerStateMachine {
        var machine = self.exchanging()
        _ = machine.answerEnded()
        return machine
    }

    private static func closed() -> HTTP1ServerStateMachine {
        var machine = HTTP1ServerStateMachine()
        machine.close()
        return machine
    }

    @Test("a head on an idle connection starts an exchange, and reads its body")
    func idleHead() {
        var machine = HTTP1ServerStateMachine()
        #expect(machine.isIdle == true)
        #expect(machine.receiveHead(keepAlive: true, hasQueue: false) == .startExchange)
        #expect(machine.isIdle == false)
        #expect(machine.isReadingBody == true)
        #expect(machine.keepsAlive == true)
        #expect(machine.receiveBody() == .deliver)
        #expect(machine.receiveEnd() == .deliver)
        #expect(machine.isReadingBody == false)
    }

    @Test("a head behind queued parts is queued, so that order is kept")
    func idleHeadWithQueue() {
        var machine = HTTP1ServerStateMachine()
        #expect(machine.receiveHead(keepAlive: true, hasQueue: true) == .queue)
        #expect(machine.receiveBody() == .queue)
        #expect(machine.receiveEnd() == .queue)
        #expect(machine.isIdle == true)
    }

    @Test("everything after a complete request is queued until its answer ended")
    func pipelined() {
        var machine = Self.exchanging(isComplete: true)
        #expect(machine.receiveHead(keepAlive: false, hasQueue: false) == .queue)
        #expect(machine.receiveBody() == .queue)
        #expect(machine.receiveEnd() == .queue)
        // What is queued does not decide over the request that is being answered.
        #expect(machine.keepsAlive == true)
        #expect(machine.answerEnded() == .next)
        #expect(machine.isIdle == true)
    }

    @Test("an answer to a complete request frees or closes the connection", arguments: [true, false])
    func answerEnded(keepAlive: Bool) {
        var machine = Self.exchanging(keepAlive: keepAlive, isComplete: true)
        #expect(machine.keepsAlive == keepAlive)
        #expect(machine.answerEnded() == (keepAlive ? .next : .close))
        #expect(machine.isIdle == keepAlive)
        #expect(machine.answerEnded() == .none)
    }

    @Test("an answer before the request is complete lingers, whatever was asked", arguments: [true, false])
    func earlyAnswer(keepAlive: Bool) {
        var machine = Self.exchanging(keepAlive: keepAlive)
        #expect(machine.answerEnded() == .linger)
        #expect(machine.keepsAlive == false)
        #expect(machine.receiveBody() == .drop)
        #expect(machine.receiveEnd() == .drop)
        #expect(machine.receiveHead(keepAlive: true, hasQueue: false) == .drop)
        #expect(machine.answerEnded() == .none)
    }

    @Test("garbage on an idle connection is answered, and ends it")
    func garbageWhenIdle() {
        var machine = HTTP1ServerStateMachine()
        #expect(machine.receiveGarbage() == .startExchange)
        #expect(machine.keepsAlive == false)
        #expect(machine.answerEnded() == .linger)
    }

    @Test("garbage within a body goes to whoever reads it")
    func garbageInBody() {
        var machine = Self.exchanging()
        #expect(machine.receiveGarbage() == .deliver)
        #expect(machine.keepsAlive == false)
        #expect(machine.answerEnded() == .linger)
    }

    @Test("garbage after a request ends the connection with that request's answer")
    func garbageAfterRequest() {
        var machine = Self.exchanging(isComplete: true)
        #expect(machine.receiveGarbage() == .drop)
        #expect(machine.keepsAlive == false)
        #expect(machine.answerEnded() == .close)
    }

    @Test("nothing is answered on a connection that lingers or is closed")
    func afterTheEnd() {
        var lingering = Self.lingering()
        #expect(lingering.receiveGarbage() == .drop)
        var closed = Self.closed()
        #expect(closed.receiveGarbage() == .drop)
        #expect(closed.receiveHead(keepAlive: true, hasQueue: false) == .drop)
        #expect(closed.receiveBody() == .drop)
        #expect(closed.receiveEnd() == .drop)
        #expect(closed.answerEnded() == .none)
        #expect(closed.keepsAlive == false)
        #expect(closed.isIdle == false)
        #expect(closed.isReadingBody == false)
    }

    @Test("forbidding keep-alive closes after the answer, and means nothing between requests")
    func forbidKeepAlive() {
        var machine = Self.exchanging(isComplete: true)
        machine.forbidKeepAlive()
        #expect(machine.keepsAlive == false)
        #expect(machine.answerEnded() == .close)
        var idle = HTTP1ServerStateMachine()
        idle.forbidKeepAlive()
        #expect(idle.isIdle == true)
        #expect(idle.receiveHead(keepAlive: true, hasQueue: false) == .startExchange)
        #expect(idle.keepsAlive == true)
    }

    @Test("quiescing closes an idle connection, and a busy one after its answer")
    func quiesce() {
        var idle = HTTP1ServerStateMachine()
        #expect(idle.quiesce() == .close)
        #expect(idle.isIdle == false)
        #expect(idle.receiveHead(keepAlive: true, hasQueue: false) == .drop)

        var busy = Self.exchanging(isComplete: true)
        #expect(busy.quiesce() == .wait)
        #expect(busy.keepsAlive == false)
        #expect(busy.answerEnded() == .close)

        var reading = Self.exchanging()
        #expect(reading.quiesce() == .wait)
        #expect(reading.receiveBody() == .deliver)
        #expect(reading.receiveEnd() == .deliver)
        #expect(reading.answerEnded() == .close)
    }
}
