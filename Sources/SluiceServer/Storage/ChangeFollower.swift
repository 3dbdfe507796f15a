import Logging
import ServiceLifecycle
import SluiceCore
import Synchronization

/// The one reader of the change feed: tells those who keep records in memory what was changed, by this process or another.
///
/// It keeps the number of the last change that all were told of, so an outage of the database costs nothing but time; what is
/// older than the feed is told as "everything changed".
final class ChangeFollower: Service {
    /// How many changes are read at once.
    private static let batch = 500

    private let feed: any ChangeFeed
    private let listeners: [any ChangeListener]
    private let health: StoreHealth
    private let now: @Sendable () -> UnixTime
    private let number = Mutex<Int64?>(nil)

    /// - Parameters:
    ///   - listeners: who is told, in this order.
    ///   - now: the time.
    init(
        feed: any ChangeFeed,
        listeners: [any ChangeListener],
        health: StoreHealth,
        now: @escaping @Sendable () -> UnixTime = { Clock.now }
    ) {
        self.feed = feed
        self.listeners = listeners
        self.health = health
        self.now = now
    }

    /// Follows the feed until the task is cancelled.
    func run() async {
        await self.follow()
        for await _ in self.feed.ticks { await self.follow() }
    }

    /// Reads what changed since the last time, and tells it. Not to be called by two at once.
    func follow() async {
        // What was asked from here on is answered from a state that is no older.
        let begin = self.now()
        do throws(StoreError) {
            try await self.catchUp()
            self.health.succeeded()
            for listener in self.listeners { await listener.caughtUp(at: begin) }
        } catch {
            self.health.failed(error)
        }
    }

    private func catchUp() async throws(StoreError) {
        guard var last = self.number.withLock({ $0 }) else {
            // What was read before the first number may have changed since.
            await self.everythingChanged(before: try await self.feed.latest())
            return
        }
        while !Task.isCancelled {
            switch try await self.feed.changes(after: last, limit: Self.batch) {
            case .tooOld(let latest):
                await self.everythingChanged(before: latest)
                last = latest
            case .changes(let changes):
                guard let newest = changes.last else { return }
                for listener in self.listeners { await listener.changed(changes) }
                last = newest.number
                self.number.withLock { $0 = newest.number }
            }
        }
    }

    private func everythingChanged(before latest: Int64) async {
        for listener in self.listeners { await listener.everythingChanged() }
        self.number.withLock { $0 = latest }
    }
}
