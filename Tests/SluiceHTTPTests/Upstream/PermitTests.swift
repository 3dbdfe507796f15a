import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import SluiceHTTP

@Suite("PermitQueue")
struct PermitQueueTests {
    @Test("gives what it has, then queues, then refuses")
    func limits() {
        var queue = PermitQueue(permits: 2, capacity: 2)
        let outcomes = (1...5).map { queue.ask($0) }
        #expect(outcomes == [.granted, .granted, .queued, .queued, .full])
        #expect(queue.held == 2)
        #expect(queue.waitingCount == 2)
        let isTaken = queue.tryTake()
        #expect(!isTaken)
    }

    @Test("a permit that comes back goes to the oldest that waits")
    func order() {
        var queue = PermitQueue(permits: 1, capacity: 10)
        for id: UInt64 in 0...3 { _ = queue.ask(id) }
        let left = queue.leave(2)
        #expect(left)
        let again = queue.leave(2)
        #expect(!again)
        let served = (0..<3).map { _ in queue.giveBack() }
        #expect(served == [1, 3, nil])
        #expect(queue.held == 0)
    }

    @Test("lanes are served in turns, each its oldest first")
    func turns() {
        var queue = PermitQueue(permits: 1, capacity: 10)
        let first = queue.ask(0, lane: 7)
        #expect(first == .granted)
        for id: UInt64 in 1...4 { _ = queue.ask(id, lane: 7) }
        for id: UInt64 in 5...6 { _ = queue.ask(id, lane: 8) }
        _ = queue.ask(9, lane: 9)
        let served = (0..<8).map { _ in queue.giveBack() }
        #expect(served == [1, 5, 9, 2, 6, 3, 4, nil])
        #expect(queue.held == 0)
    }

    @Test("a lane that is empty has no turn, and begins at the end when it comes back")
    func emptied() {
        var queue = PermitQueue(permits: 1, capacity: 10)
        for id: UInt64 in 0...2 { _ = queue.ask(id, lane: 1) }
        _ = queue.ask(3, lane: 2)
        let left = queue.leave(3)
        #expect(left)
        _ = queue.ask(4, lane: 2)
        let served = (0..<4).map { _ in queue.giveBack() }
        #expect(served == [1, 4, 2, nil])
    }

    @Test("when all places are taken the longest lane gives up its newest, but for no lane that would be as long")
    func displaces() {
        var queue = PermitQueue(permits: 1, capacity: 3)
        for id: UInt64 in 0...3 { _ = queue.ask(id, lane: 1) }
        let outcomes = [queue.ask(4, lane: 1), queue.ask(5, lane: 2), queue.ask(6, lane: 2), queue.ask(7, lane: 3)]
        #expect(outcomes == [.full, .queuedInstead(of: 3), .full, .queuedInstead(of: 2)])
        #expect(queue.waitingCount == 3)
        let served = (0..<4).map { _ in queue.giveBack() }
        #expect(served == [1, 5, 7, nil])
    }

    @Test("nothing can be had where there is no permit and no place")
    func empty() {
        var queue = PermitQueue(permits: 0, capacity: 0)
        let isTaken = queue.tryTake()
        #expect(!isTaken)
        let outcome = queue.ask(1)
        #expect(outcome == .full)
    }

    @Test("any order of asking, giving back and leaving keeps the bounds and the order", arguments: 0..<50)
    func property(seed: UInt64) {
        var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let permits = 1 + random(4)
        let capacity = random(6)
        var queue = PermitQueue(permits: permits, capacity: capacity)
        // A model of plain arrays.
        var holders = 0
        var waiting: [UInt64] = []
        var nextID: UInt64 = 0
        for _ in 0..<500 {
            switch random(4) {
            case 0, 1:
                let outcome = queue.ask(nextID)
                if holders < permits {
                    #expect(outcome == .granted)
                    holders += 1
                } else if waiting.count < capacity {
                    #expect(outcome == .queued)
                    waiting.append(nextID)
                } else {
                    // There is one lane.
                    #expect(outcome == .full)
                }
                nextID += 1
            case 2 where holders > 0:
                let next = queue.giveBack()
                if waiting.isEmpty {
                    #expect(next == nil)
                    holders -= 1
                } else {
                    #expect(next == waiting.removeFirst())
                }
            default:
                let id = UInt64(random(Int(nextID) + 1))
                let left = queue.leave(id)
                #expect(left == waiting.contains(id))
                waiting.removeAll { $0 == id }
            }
            #expect(queue.held == holders)
            #expect(queue.waitingCount == waiting.count)
            #expect(queue.held <= permits)
        }
    }
}

@Suite("Permits")
struct PermitsTests {
    /// How many tasks are somewhere at once, and the most that ever were.
    private final class Gauge: Sendable {
        private let inside = Atomic<Int>(0)
        private let highest = Atomic<Int>(0)

        var most: Int { self.highest.load(ordering: .sequentiallyConsistent) }

        func enter() {
            let now = self.inside.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
            self.highest.max(now, ordering: .sequentiallyConsistent)
        }

        func leave() {
            self.inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        }
    }

    @Test("a waiter gets the permit that is given back, the oldest first")
    func waits() {
        let loop = TestLoop()
        let permits = Permits(permits: 1, capacity: 10)
        final class Order { var served: [Int] = [] }
        let order = Order()
        let outcomes = (0..<3).map { index in
            loop.start { () -> UpstreamError? in
                do throws(UpstreamError) {
                    try await permits.take(PermitWait(permits), on: loop.eventLoop, timeout: .seconds(10))
                    order.served.append(index)
                    return nil
                } catch {
                    return error
                }
            }
        }
        #expect(order.served == [0])
        #expect(permits.counts.held == 1)
        #expect(permits.counts.waiting == 2)
        permits.giveBack()
        loop.eventLoop.run()
        #expect(order.served == [0, 1])
        permits.giveBack()
        loop.eventLoop.run()
        #expect(order.served == [0, 1, 2])
        permits.giveBack()
        #expect(permits.counts.held == 0)
        #expect(outcomes.allSatisfy { $0.value == .some(nil) })
        // Timers of waiters that were served do nothing.
        loop.advance(by: .seconds(20))
        #expect(permits.counts.held == 0)
    }

    @Test("a waiter waits no longer than it may, and does not take a permit afterwards")
    func timeout() {
        let loop = TestLoop()
        let permits = Permits(permits: 1, capacity: 10)
        func take() -> TestLoop.Outcome<UpstreamError.Kind?> {
            loop.start {
                do throws(UpstreamError) {
                    try await permits.take(PermitWait(permits), on: loop.eventLoop, timeout: .seconds(10))
                    return nil
                } catch {
                    return error.kind
                }
            }
        }
        let holder = take()
        let waiter = take()
        #expect(holder.value == .some(nil))
        loop.advance(by: .seconds(9))
        #expect(waiter.value == nil)
        loop.advance(by: .seconds(1))
        #expect(waiter.value == .queueTimeout)
        #expect(permits.counts.waiting == 0)
        permits.giveBack()
        #expect(permits.counts.held == 0)
    }

    @Test("one waiter too many is refused at once")
    func full() {
        let loop = TestLoop()
        let permits = Permits(permits: 1, capacity: 1)
        let outcomes = (0..<3).map { _ in
            loop.start { () -> UpstreamError.Kind? in
                do throws(UpstreamError) {
                    try await permits.take(PermitWait(permits), on: loop.eventLoop, timeout: .seconds(10))
                    return nil
                } catch {
                    return error.kind
                }
            }
        }
        #expect(outcomes[0].value == .some(nil))
        #expect(outcomes[1].value == nil)
        #expect(outcomes[2].value == .queueFull)
        permits.giveBack()
        loop.eventLoop.run()
        permits.giveBack()
        #expect(permits.counts.held == 0)
    }

    @Test("a client that leaves gives its place in the queue up", arguments: [true, false])
    func clientGone(whileWaiting: Bool) throws {
        let client = try ServerHarness()
        client.receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
        let exchange = try #require(client.exchanges.first)
        let permits = Permits(permits: 1, capacity: 10)
        let holder = client.loop.start {
            try? await permits.take(PermitWait(permits), on: client.loop.eventLoop, timeout: .seconds(10))
        }
        #expect(holder.value != nil)
        if !whileWaiting { client.disconnect() }
        let outcome = client.loop.start { () -> UpstreamError.Kind? in
            do throws(UpstreamError) {
                try await permits.take(for: exchange, timeout: .seconds(10))
                return nil
            } catch {
                return error.kind
            }
        }
        if whileWaiting {
            #expect(permits.counts.waiting == 1)
            client.disconnect()
        }
        #expect(outcome.value == .cancelled)
        #expect(permits.counts.waiting == 0)
        permits.giveBack()
        client.loop.advance(by: .seconds(20))
        if case .some(.none) = outcome.value { permits.giveBack() }
        #expect(permits.counts.held == 0)
    }

    @Test("tasks on several loops never hold more than there is, and none is forgotten", .timeLimit(.minutes(1)))
    func concurrent() async throws {
        let permits = Permits(permits: 3, capacity: 10_000)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let gauge = Gauge()
        let served = await withTaskGroup(of: Int.self) { tasks in
            for index in 0..<200 {
                let loop = group.next()
                tasks.addTask(executorPreference: LoopExecutor(loop)) {
                    var count = 0
                    for _ in 0..<20 {
                        do throws(UpstreamError) {
                            try await permits.take(PermitWait(permits), on: loop, timeout: .minutes(1))
                        } catch {
                            continue
                        }
                        gauge.enter()
                        if index % 3 == 0 { await Task.yield() }
                        gauge.leave()
                        permits.giveBack()
                        count += 1
                    }
                    return count
                }
            }
            return await tasks.reduce(0, +)
        }
        #expect(served == 4000)
        #expect(gauge.most <= 3)
        #expect(permits.counts.held == 0)
        #expect(permits.counts.waiting == 0)
        try await group.shutdownGracefully()
    }
}
