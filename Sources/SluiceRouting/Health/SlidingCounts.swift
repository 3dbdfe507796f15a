import SluiceCore

/// Two counts over a sliding window, kept in eight buckets: the oldest eighth of the window leaves at once.
struct SlidingCounts: Sendable {
    private static let buckets = 8
    private var first = SIMD8<UInt32>()
    private var second = SIMD8<UInt32>()
    private var newest: Int64 = 0
    private var bucketNanoseconds: Int64 = 0

    init() {}

    mutating func add(first: UInt32, second: UInt32, now: MonotonicTime, windowNanoseconds: Int64) {
        let slot = self.advance(now, windowNanoseconds)
        self.first[slot] = self.first[slot] > .max - first ? .max : self.first[slot] + first
        self.second[slot] = self.second[slot] > .max - second ? .max : self.second[slot] + second
    }

    /// Takes back what was just counted.
    mutating func remove(first: UInt32, second: UInt32, now: MonotonicTime, windowNanoseconds: Int64) {
        let slot = self.advance(now, windowNanoseconds)
        self.first[slot] -= min(first, self.first[slot])
        self.second[slot] -= min(second, self.second[slot])
    }

    mutating func sums(now: MonotonicTime, windowNanoseconds: Int64) -> (first: Int, second: Int) {
        _ = self.advance(now, windowNanoseconds)
        var sums = (first: 0, second: 0)
        for slot in 0..<Self.buckets {
            sums.first += Int(self.first[slot])
            sums.second += Int(self.second[slot])
        }
        return sums
    }

    /// Empties the buckets that have left the window, and returns the current one. Time that goes back stays where it was.
    private mutating func advance(_ now: MonotonicTime, _ windowNanoseconds: Int64) -> Int {
        let width = max(1, windowNanoseconds / Int64(Self.buckets))
        let ordinal = max(0, now.nanoseconds) / width
        if width != self.bucketNanoseconds || ordinal - self.newest >= Int64(Self.buckets) {
            // Another window after a reload, or nothing happened for long.
            self.first = SIMD8()
            self.second = SIMD8()
            self.bucketNanoseconds = width
            self.newest = ordinal
        }
        while self.newest < ordinal {
            self.newest += 1
            let slot = Int(self.newest % Int64(Self.buckets))
            self.first[slot] = 0
            self.second[slot] = 0
        }
        return Int(self.newest % Int64(Self.buckets))
    }
}
