import Glibc
import SluiceCore

/// The clocks: the time of day for records, and one that never goes back.
enum Clock {
    static func nanosecondsSince1970() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The clock that never goes back, as the event loops read it.
    static var monotonic: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The time as the stores keep it.
    static var now: UnixTime { UnixTime(milliseconds: self.nanosecondsSince1970() / 1_000_000) }
}
