import Glibc
import SluiceCore

/// The time of day, for records.
enum Clock {
    static func nanosecondsSince1970() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The time as the stores keep it.
    static var now: UnixTime { UnixTime(milliseconds: self.nanosecondsSince1970() / 1_000_000) }
}
