import SluicePolicies
import Synchronization

/// The reservations in Redis of requests that run, so that their leases can be begun anew. In shards, so that loops
/// seldom meet.
final class RunningReservations: Sendable {
    private struct Entry {
        let reservation: SharedReservation
        var since: Int64
    }

    private final class Shard: Sendable {
        let entries = Mutex<[String: Entry]>([:])
    }

    private static let shardCount = 16
    /// What runs for longer was forgotten by whoever had to settle it, and may end with its lease.
    private static let longest: Int64 = 86_400_000_000

    private let shards = (0..<RunningReservations.shardCount).map { _ in Shard() }

    /// How many there are.
    var count: Int { self.shards.reduce(0) { $0 + $1.entries.withLock { $0.count } } }

    func insert(_ reservation: SharedReservation, now: Moment) {
        let entry = Entry(reservation: reservation, since: now.microseconds)
        self.shard(of: reservation).entries.withLock { $0[reservation.id] = entry }
    }

    func remove(_ reservation: SharedReservation) {
        self.shard(of: reservation).entries.withLock { $0[reservation.id] = nil }
    }

    /// Those that began before `moment`.
    func older(than moment: Moment, now: Moment) -> [SharedReservation] {
        var result: [SharedReservation] = []
        for shard in self.shards {
            shard.entries.withLock { entries in
                var isTooOld = false
                for (_, entry) in entries {
                    if entry.since < now.microseconds - Self.longest { isTooOld = true }
                    if entry.since < moment.microseconds { result.append(entry.reservation) }
                }
                if isTooOld { entries = entries.filter { $0.value.since >= now.microseconds - Self.longest } }
            }
        }
        return result
    }

    private func shard(of reservation: SharedReservation) -> Shard {
        // Ids differ in their last bytes.
        self.shards[Int(reservation.id.utf8.last ?? 0) % Self.shardCount]
    }
}
