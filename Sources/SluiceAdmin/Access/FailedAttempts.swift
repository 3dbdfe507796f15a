import SluiceCore
import Synchronization

/// Counts wrong credentials by the address that they came from, so that the bootstrap key cannot be guessed at speed.
///
/// Ten in a minute, then none is looked at until that minute is over. At most 4096 addresses are kept; when there are more, those whose
/// minute is over go first, then any.
final class FailedAttempts: Sendable {
    private struct Count {
        var failures: Int
        var since: UnixTime
    }

    private static let window = Duration.seconds(60)
    private static let allowed = 10
    private static let capacity = 4096

    private let counts = Mutex<[String: Count]>([:])

    /// How many addresses are kept.
    var count: Int { self.counts.withLock { $0.count } }

    /// How many seconds an address has to wait; `nil` when it need not.
    func wait(of source: String?, at now: UnixTime) -> Int? {
        self.counts.withLock { counts in
            guard let count = counts[source ?? ""], count.failures >= Self.allowed else { return nil }
            let end = count.since.advanced(by: Self.window)
            guard now < end else { return nil }
            return Int(max(1, (end.milliseconds - now.milliseconds + 999) / 1000))
        }
    }

    /// One more credential of this address was wrong.
    func failed(from source: String?, at now: UnixTime) {
        self.counts.withLock { counts in
            let source = source ?? ""
            if let count = counts[source], now < count.since.advanced(by: Self.window) {
                counts[source]?.failures += 1
                return
            }
            if counts.count >= Self.capacity {
                counts = counts.filter { now < $0.value.since.advanced(by: Self.window) }
            }
            if counts.count >= Self.capacity, let any = counts.keys.first { counts[any] = nil }
            counts[source] = Count(failures: 1, since: now)
        }
    }
}
