import NIOCore
import Testing

@testable import SluiceHTTP

@Suite("RelayPhase")
struct RelayPhaseTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private static var timeouts: RelayTimeouts {
        var timeouts = RelayTimeouts()
        timeouts.firstByte = .seconds(100)
        timeouts.firstEvent = .seconds(20)
        timeouts.firstContent = .seconds(50)
        timeouts.idle = .seconds(30)
        timeouts.total = .seconds(500)
        return timeouts
    }

    private static func phase() -> RelayPhase {
        RelayPhase(timeouts: self.timeouts, exchangeStart: self.start, sentAt: self.start + .seconds(5))
    }

    private static func at(_ seconds: Int64) -> NIODeadline { self.start + .seconds(seconds) }

    @Test("the first byte has its time from the sending, whatever is read meanwhile")
    func firstByte() {
        let phase = Self.phase()
        #expect(phase.deadline(now: Self.at(5)) == Self.at(105))
        #expect(phase.deadline(now: Self.at(90)) == Self.at(105))
        #expect(phase.error(now: Self.at(105)).message.contains("first byte"))
    }

    @Test("the first event of a stream has its time from the head, whatever comes meanwhile")
    func firstEvent() {
        var phase = Self.phase()
        phase.headArrived(isStream: true, now: Self.at(10))
        #expect(phase.name == .firstEvent)
        #expect(phase.deadline(now: Self.at(10)) == Self.at(30))
        #expect(phase.deadline(now: Self.at(29)) == Self.at(30))
        #expect(phase.error(now: Self.at(30)).message.contains("first event"))
    }

    @Test("the first content has its time from the head too, and silence counts besides")
    func firstContent() {
        var phase = Self.phase()
        phase.headArrived(isStream: true, now: Self.at(10))
        phase.eventArrived()
        #expect(phase.name == .firstContent)
        #expect(phase.deadline(now: Self.at(12)) == Self.at(42))
        #expect(phase.deadline(now: Self.at(40)) == Self.at(60))
        #expect(phase.error(now: Self.at(60)).message.contains("first content"))
    }

    @Test("after the first content only silence counts")
    func idle() {
        var phase = Self.phase()
        phase.headArrived(isStream: true, now: Self.at(10))
        phase.eventArrived()
        phase.contentArrived()
        phase.eventArrived()
        #expect(phase.name == .idle)
        #expect(phase.deadline(now: Self.at(200)) == Self.at(230))
    }

    @Test("an answer that is no stream has no first event to wait for")
    func whole() {
        var phase = Self.phase()
        phase.headArrived(isStream: false, now: Self.at(10))
        #expect(phase.name == .idle)
        #expect(phase.deadline(now: Self.at(10)) == Self.at(40))
    }

    @Test("the whole exchange has its time, in every phase")
    func total() {
        var phase = Self.phase()
        phase.headArrived(isStream: false, now: Self.at(10))
        #expect(phase.deadline(now: Self.at(490)) == Self.at(500))
        #expect(phase.error(now: Self.at(500)).message.contains("in all"))
        #expect(phase.error(now: Self.at(499)).kind == .timeout)
    }
}
