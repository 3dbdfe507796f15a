import NIOCore
import SluiceHTTP
import Testing

@testable import SluicePipeline

@Suite("CommitGate")
struct CommitGateTests {
    private static func gate(_ hold: CommitHold = CommitHold()) -> CommitGate { CommitGate(hold) }

    @Test("the first content opens it, beginnings do not")
    func content() {
        var gate = Self.gate()
        for _ in 0..<10 { gate.take(hasContent: false, isEnd: false) }
        #expect(!gate.isOpen)
        gate.take(hasContent: true, isEnd: false)
        #expect(gate.isOpen)
    }

    @Test("what ends an answer opens it, whatever the hold")
    func end() {
        var gate = Self.gate(CommitHold(events: 100, bytes: 60_000, time: .seconds(60)))
        gate.take(hasContent: false, isEnd: true)
        #expect(gate.isOpen)
    }

    @Test("a hold of events counts those behind the first content")
    func events() {
        var gate = Self.gate(CommitHold(events: 2))
        gate.take(hasContent: false, isEnd: false)
        gate.take(hasContent: true, isEnd: false)
        gate.take(hasContent: true, isEnd: false)
        #expect(!gate.isOpen)
        gate.take(hasContent: false, isEnd: false)
        #expect(gate.isOpen)
    }

    @Test("a hold of bytes counts from the first content")
    func bytes() {
        var gate = Self.gate(CommitHold(bytes: 100))
        gate.take(bytes: 1000)
        gate.take(hasContent: true, isEnd: false)
        gate.take(bytes: 99)
        #expect(!gate.isOpen)
        gate.take(hasContent: true, isEnd: false)
        gate.take(bytes: 1)
        #expect(gate.isOpen)
    }

    @Test("whichever of the hold comes first ends it, and its time as well")
    func first() {
        var byEvents = Self.gate(CommitHold(events: 1, bytes: 1000, time: .seconds(1)))
        byEvents.take(hasContent: true, isEnd: false)
        byEvents.take(hasContent: true, isEnd: false)
        #expect(byEvents.isOpen)
        var byBytes = Self.gate(CommitHold(events: 10, bytes: 5))
        byBytes.take(hasContent: true, isEnd: false)
        byBytes.take(bytes: 5)
        #expect(byBytes.isOpen)
        var byTime = Self.gate(CommitHold(time: .seconds(1)))
        byTime.take(hasContent: true, isEnd: false)
        #expect(!byTime.isOpen)
        byTime.open()
        #expect(byTime.isOpen)
    }

    @Test("no more than the limit is held, unless more is asked for")
    func limit() {
        var large = Self.gate(CommitHold(bytes: 2 * CommitHold.limitBytes))
        large.take(bytes: 2 * CommitHold.limitBytes)
        #expect(!large.isOpen)
        var gate = Self.gate(CommitHold(events: 1_000_000))
        gate.take(bytes: CommitHold.limitBytes)
        #expect(!gate.isOpen)
        gate.take(bytes: 1)
        #expect(gate.isOpen)
    }
}

@Suite("AnswerProgress")
struct AnswerProgressTests {
    @Test(
        "most of an answer is done with its finish, half its tokens, or half its length",
        arguments: [
            (AnswerProgress(), false), (AnswerProgress(isFinished: true), true),
            (AnswerProgress(contentEvents: 1000), false),
            (AnswerProgress(contentEvents: 49, outputTokenLimit: 100), false),
            (AnswerProgress(contentEvents: 50, outputTokenLimit: 100), true),
            (AnswerProgress(contentEvents: 1, outputTokenLimit: 1), true),
            (AnswerProgress(contentEvents: 9, outputTokenLimit: .max), false),
            (AnswerProgress(contentEvents: 0, outputTokenLimit: 0), false),
            (AnswerProgress(bytes: 49, declaredLength: 100), false),
            (AnswerProgress(bytes: 50, declaredLength: 100), true),
            (AnswerProgress(bytes: 50), false),
        ])
    func rule(progress: AnswerProgress, isMostlyDone: Bool) {
        #expect(progress.isMostlyDone == isMostlyDone)
    }
}
