import SluicePolicies
import Synchronization

/// Settlements that Redis has not taken: it is away, or has too much to do. Bounded; what does not fit is lost, and its
/// reservation ends with its lease.
final class SettlementQueue: Sendable {
    /// One settlement. Redis takes each once, so that it may be sent again.
    struct Entry: Sendable {
        let reservation: SharedReservation
        let settlement: Settlement
        let time: Moment
    }

    private let capacity: Int
    private let entries = Mutex<[Entry]>([])

    init(capacity: Int = 20_000) {
        self.capacity = max(1, capacity)
    }

    /// How many wait.
    var count: Int { self.entries.withLock { $0.count } }

    /// Adds one; `false` where there is no room.
    func add(_ entry: Entry) -> Bool {
        self.entries.withLock { entries in
            guard entries.count < self.capacity else { return false }
            entries.append(entry)
            return true
        }
    }

    /// Takes out up to `limit`, the oldest first.
    func take(_ limit: Int) -> [Entry] {
        self.entries.withLock { entries in
            let taken = Array(entries.prefix(limit))
            entries.removeFirst(taken.count)
            return taken
        }
    }
}
