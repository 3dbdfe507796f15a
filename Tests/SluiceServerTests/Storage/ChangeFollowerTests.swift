import SluiceCore
import Synchronization
import Testing

@testable import SluiceServer

@Suite("Following the change feed")
struct ChangeFollowerTests {
    /// A feed in memory, which can be away.
    private final class Feed: ChangeFeed {
        struct State {
            var changes: [Change] = []
            /// The number of the first change that is still there.
            var first: Int64 = 1
            var failure: StoreError?
            var asked = 0
        }

        let state = Mutex(State())
        let ticks: AsyncStream<Void>
        let tick: AsyncStream<Void>.Continuation

        init() {
            (self.ticks, self.tick) = AsyncStream.makeStream()
        }

        func add(_ count: Int) {
            self.state.withLock { state in
                for _ in 0..<count {
                    let number = Int64(state.changes.count + 1)
                    state.changes.append(Change(number: number, kind: .key, id: "k\(number)", tenant: nil))
                }
            }
        }

        func latest() async throws(StoreError) -> Int64 {
            try self.answer { Int64($0.changes.count) }
        }

        func changes(after number: Int64, limit: Int) async throws(StoreError) -> ChangesSince {
            try self.answer { state in
                let latest = Int64(state.changes.count)
                if number + 1 < state.first, number < latest { return .tooOld(latest: latest) }
                return .changes(Array(state.changes.filter { $0.number > number }.prefix(limit)))
            }
        }

        func prune(before time: UnixTime) async throws(StoreError) -> Int { 0 }

        private func answer<Value>(_ value: (State) -> Value) throws(StoreError) -> Value {
            let result = self.state.withLock { state -> Result<Value, StoreError> in
                state.asked += 1
                return state.failure.map { .failure($0) } ?? .success(value(state))
            }
            return try result.get()
        }
    }

    private final class Listener: ChangeListener {
        let told = Mutex<[String]>([])

        func changed(_ changes: [Change]) async {
            self.told.withLock { $0.append("\(changes.first?.number ?? 0)-\(changes.last?.number ?? 0)") }
        }

        func everythingChanged() async { self.told.withLock { $0.append("everything") } }
        func caughtUp(at now: UnixTime) async { self.told.withLock { $0.append("at \(now.milliseconds)") } }
    }

    private static func follower(_ feed: Feed, _ listeners: [Listener]) -> (ChangeFollower, StoreHealth) {
        let health = StoreHealth(now: { MonotonicTime(nanoseconds: 7) }, logger: TestStores.logger)
        let follower = ChangeFollower(
            feed: feed, listeners: listeners, health: health, now: { UnixTime(milliseconds: 5) })
        return (follower, health)
    }

    @Test("everything is new at the start, and then what changed, in pieces and in order, to all")
    func follows() async {
        let feed = Feed()
        feed.add(3)
        let listeners = [Listener(), Listener()]
        let (follower, _) = Self.follower(feed, listeners)
        await follower.follow()
        feed.add(700)
        await follower.follow()
        await follower.follow()
        for listener in listeners {
            #expect(listener.told.withLock { $0 } == ["everything", "at 5", "4-503", "504-703", "at 5", "at 5"])
        }
    }

    @Test("an outage costs no change and is known meanwhile")
    func outage() async {
        let feed = Feed()
        let listener = Listener()
        let (follower, health) = Self.follower(feed, [listener])
        await follower.follow()
        feed.state.withLock { $0.failure = StoreError(.unavailable, "away") }
        await follower.follow()
        #expect(
            health.outage
                == StoreHealth.Outage(
                    error: StoreError(.unavailable, "away"), since: MonotonicTime(nanoseconds: 7)))
        feed.add(2)
        feed.state.withLock { $0.failure = nil }
        await follower.follow()
        #expect(listener.told.withLock { $0 } == ["everything", "at 5", "1-2", "at 5"])
        #expect(health.outage == nil)
    }

    @Test("what the feed no longer has is told as everything")
    func tooOld() async {
        let feed = Feed()
        let listener = Listener()
        let (follower, _) = Self.follower(feed, [listener])
        await follower.follow()
        feed.add(10)
        feed.state.withLock { $0.first = 5 }
        await follower.follow()
        feed.add(1)
        await follower.follow()
        #expect(listener.told.withLock { $0 } == ["everything", "at 5", "everything", "at 5", "11-11", "at 5"])
    }

    @Test("it reads once at its start and once for each tick, until the ticks end")
    func runs() async {
        let feed = Feed()
        let (follower, _) = Self.follower(feed, [])
        feed.tick.yield()
        feed.tick.finish()
        await follower.run()
        #expect(feed.state.withLock { $0.asked } == 2)
    }
}
