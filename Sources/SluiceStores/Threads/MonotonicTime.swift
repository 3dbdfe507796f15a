import Glibc

/// A moment of the clock that never goes back, for deadlines of threads. It does not run while the machine sleeps.
struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since some moment of the machine's own.
    var nanoseconds: Int64

    /// A moment that never comes.
    static let never = MonotonicTime(nanoseconds: .max)

    /// Reads the clock.
    static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The moment that is `duration` later, or `never` when the number cannot hold it.
    func advanced(by duration: Duration) -> MonotonicTime {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(duration.nanosecondsClamped)
        return overflow ? .never : MonotonicTime(nanoseconds: sum)
    }

    /// Milliseconds from `now` until this moment, rounded up and bounded, as `poll` takes them.
    func milliseconds(from now: MonotonicTime) -> Int32 {
        guard self > now else { return 0 }
        let difference = self.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        guard !difference.overflow else { return .max }
        return Int32(clamping: difference.partialValue / 1_000_000 + 1)
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
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
