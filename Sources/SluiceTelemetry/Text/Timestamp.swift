import Glibc
import SluiceWire

/// A moment in UTC, written as RFC 3339 with milliseconds: `2026-11-21T09:08:07.654Z`.
struct Timestamp: Equatable {
    /// Nanoseconds since 1970; years 1970 to 2262.
    let nanoseconds: Int64

    /// The wall clock now.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// Appends the text; a moment before 1970 is written as 1970's first.
    func append(to bytes: inout [UInt8]) {
        let milliseconds = UInt64(clamping: self.nanoseconds) / 1_000_000
        let seconds = milliseconds / 1000
        let date = CivilTime(secondsSince1970: Int64(clamping: seconds))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
            func put(_ value: Int64, _ digits: Int, at start: Int, then separator: UInt8) {
                var rest = value
                for position in stride(from: start + digits - 1, through: start, by: -1) {
                    text[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                text[start + digits] = separator
            }
            put(date.year, 4, at: 0, then: UInt8(ascii: "-"))
            put(date.month, 2, at: 5, then: UInt8(ascii: "-"))
            put(date.day, 2, at: 8, then: UInt8(ascii: "T"))
            put(date.hour, 2, at: 11, then: UInt8(ascii: ":"))
            put(date.minute, 2, at: 14, then: UInt8(ascii: ":"))
            put(date.second, 2, at: 17, then: UInt8(ascii: "."))
            put(Int64(milliseconds % 1000), 3, at: 20, then: UInt8(ascii: "Z"))
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
    }
}
