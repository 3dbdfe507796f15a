#if canImport(Glibc)
    import Glibc
#endif

/// The time of day, for records; never for measuring.
enum WallClock {
    static func nanosecondsSince1970() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    static func secondsSince1970() -> Int64 {
        self.nanosecondsSince1970() / 1_000_000_000
    }
}
