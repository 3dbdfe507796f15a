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

        func set(in time: TimeAmount) {
            self.deadline.set(self.loop.now + time)
        }

        func advance(by time: TimeAmount) {
            self.loop.advanceTime(by: time)
        }
    }

    @Test("fires once, when its time has come and not before")
    func fires() {
        let test = Harness()
        test.set(in: .seconds(10))
        test.advance(by: .seconds(10) - .nanoseconds(1))
        #expect(test.fired == 0)
        test.advance(by: .nanoseconds(1))
        #expect(test.fired == 1)
        test.advance(by: .hours(1))
        #expect(test.fired == 1)
    }

    @Test("a deadline that was moved later fires at its new time")
    func movedLater() {
        let test = Harness()
        test.set(in: .seconds(10))
        for _ in 0..<100 {
            test.advance(by: .seconds(9))
            test.set(in: .seconds(10))
        }
        #expect(test.fired == 0)
        test.advance(by: .seconds(10) - .nanoseconds(1))
        #expect(test.fired == 0)
        test.advance(by: .nanoseconds(1))
        #expect(test.fired == 1)
    }

    @Test("a deadline that was moved earlier fires at its new time, once")
    func movedEarlier() {
        let test = Harness()
        test.set(in: .seconds(100))
        test.set(in: .seconds(10))
        test.advance(by: .seconds(10))
        #expect(test.fired == 1)
        test.advance(by: .seconds(200))
        #expect(test.fired == 1)
    }

    @Test("a deadline that was taken back does not fire, and can be set again")
    func cleared() {
        let test = Harness()
        test.set(in: .seconds(10))
        test.deadline.clear()
        test.advance(by: .seconds(20))
        #expect(test.fired == 0)
        test.set(in: .seconds(10))
        test.advance(by: .seconds(10))
        #expect(test.fired == 1)
    }

    @Test("a deadline that was taken back and set later keeps to the later time")
    func clearedAndSet() {
        let test = Harness()
        test.set(in: .seconds(10))
        test.deadline.clear()
        test.set(in: .seconds(30))
        test.advance(by: .seconds(29))
        #expect(test.fired == 0)
        test.advance(by: .seconds(1))
        #expect(test.fired == 1)
    }

    @Test("an ended deadline never fires, whatever is set")
    func invalidated() {
        let test = Harness()
        test.set(in: .seconds(10))
        test.deadline.invalidate()
        test.set(in: .seconds(10))
        test.advance(by: .hours(1))
        #expect(test.fired == 0)
    }

    @Test("an ended deadline lets go of what its closure holds")
    func releases() {
        final class Held {}
        let loop = EmbeddedEventLoop()
        var held: Held? = Held()
        weak let weakly = held
        let deadline = LazyDeadline(eventLoop: loop) { [held] in _ = held }
        deadline.set(loop.now + .hours(1))
        held = nil
        #expect(weakly != nil)
        deadline.invalidate()
        #expect(weakly == nil)
    }

    @Test("what fires may set it again")
    func setsItself() {
        final class Owner {
            var count = 0
            var deadline: LazyDeadline?
        }
        let loop = EmbeddedEventLoop()
        let owner = Owner()
        owner.deadline = LazyDeadline(eventLoop: loop) { [unowned owner] in
            owner.count += 1
            if owner.count < 3 { owner.deadline?.set(loop.now + .seconds(1)) }
        }
        owner.deadline?.set(loop.now + .seconds(1))
        for _ in 0..<10 { loop.advanceTime(by: .seconds(1)) }
        #expect(owner.count == 3)
    }
}
