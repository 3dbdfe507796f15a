import Glibc

/// A moment of the monotonic clock, as condition variables take it.
struct Deadline {
    let time: timespec

    /// The moment `duration` from now; now for a negative one, and in 68 years at the latest.
    init(after duration: Duration) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let parts = duration.components
        let seconds = min(max(parts.seconds, 0), Int64(Int32.max))
        let nanoseconds = Int(max(parts.attoseconds, 0) / 1_000_000_000) + now.tv_nsec
        self.time = timespec(
            tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000
        )
    }
}
