import NIOCore
import NIOEmbedded
import Testing

@testable import SluiceHTTP

@Suite("LazyDeadline")
struct LazyDeadlineTests {
    private final class Harness {
        let loop = EmbeddedEventLoop()
        var fired = 0
        private(set) lazy var deadline = LazyDeadline(eventLoop: self.loop) { [unowned self] in self.fired += 1 }
    }

    @Test("fires once when its time has come")
    func fires() {
        let test = Harness()
        test.deadline.set(.now())
        #expect(test.fired == 0)
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 1)
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 1)
    }

    @Test("a deadline that was moved later does not fire at its old time")
    func movedLater() {
        let test = Harness()
        test.deadline.set(.now())
        test.deadline.set(.now() + .hours(1))
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 0)
    }

    @Test("a deadline that was moved earlier fires at its new time")
    func movedEarlier() {
        let test = Harness()
        test.deadline.set(.now() + .hours(1))
        test.deadline.set(.now())
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 1)
    }

    @Test("a deadline that was taken back does not fire, and can be set again")
    func cleared() {
        let test = Harness()
        test.deadline.set(.now())
        test.deadline.clear()
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 0)
        test.deadline.set(.now())
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 1)
    }

    @Test("an ended deadline never fires, whatever is set")
    func invalidated() {
        let test = Harness()
        test.deadline.set(.now())
        test.deadline.invalidate()
        test.deadline.set(.now())
        test.loop.advanceTime(to: .now())
        #expect(test.fired == 0)
    }

    @Test("an ended deadline lets go of what its closure holds")
    func releases() {
        final class Held {}
        let loop = EmbeddedEventLoop()
        var held: Held? = Held()
        weak let weakly = held
        let deadline = LazyDeadline(eventLoop: loop) { [held] in _ = held }
        deadline.set(.now() + .hours(1))
        held = nil
        #expect(weakly != nil)
        deadline.invalidate()
        #expect(weakly == nil)
    }

    @Test("what fires may set it again")
    func setsItself() {
        let loop = EmbeddedEventLoop()
        final class Count { var value = 0 }
        final class Owner { var deadline: LazyDeadline? }
        let count = Count()
        let owner = Owner()
        owner.deadline = LazyDeadline(eventLoop: loop) { [unowned owner] in
            count.value += 1
            if count.value < 3 { owner.deadline?.set(.now()) }
        }
        owner.deadline?.set(.now())
        for _ in 0..<5 { loop.advanceTime(to: .now()) }
        #expect(count.value == 3)
    }
}
