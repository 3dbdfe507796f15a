import Glibc
import SluiceCore

/// The clock that never goes back, for deadlines of threads. It does not run while the machine sleeps.
extension MonotonicTime {
    /// A moment that never comes.
    static var never: MonotonicTime { .distantFuture }

    /// Reads the clock.
    static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The moment that is `duration` later, or `never` when the number cannot hold it.
    func advanced(by duration: Duration) -> MonotonicTime {
        self + duration.nanosecondsClamped
    }

    /// Milliseconds from `now` until this moment, rounded up and bounded, as `poll` takes them.
    func milliseconds(from now: MonotonicTime) -> Int32 {
        self > now ? Int32(clamping: (self - now) / 1_000_000 + 1) : 0
    }
}

extension Duration {
    /// The duration in nanoseconds, bounded by what the number can hold.
    var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = self.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !carry else { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The duration in milliseconds, rounded up, at least 1 and bounded by what the number can hold.
    var millisecondsClamped: Int32 {
        Int32(clamping: max(1, (self.nanosecondsClamped - 1) / 1_000_000 + 1))
    }
}
