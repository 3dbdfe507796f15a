import SluiceCore

/// A peak-sensitive, exponentially weighted moving average: a worse time counts at once and whole, better ones win back trust
/// with time.
///
/// How much a better time counts depends on how long ago the last one was, so that neither many nor few samples distort it.
/// Source: Finagle's "peak EWMA" load metric.
struct LatencyAverage: Sendable {
    /// After this long without a sample a new one counts half.
    static let halfTimeNanoseconds: Int64 = 10_000_000_000
    /// The least that a sample counts, so that a burst after a peak is believed.
    private static let leastShare = 0.01
    /// Nanoseconds; less than zero while nothing was measured.
    private(set) var value = -1.0
    private var updatedAt = MonotonicTime(nanoseconds: 0)

    mutating func add(_ nanoseconds: Int64, now: MonotonicTime) {
        let sample = Double(max(0, nanoseconds))
        if self.value < 0 || sample >= self.value {
            self.value = sample
        } else {
            let age = Double(max(0, now - self.updatedAt))
            let share = max(Self.leastShare, age / (age + Double(Self.halfTimeNanoseconds)))
            self.value += (sample - self.value) * share
        }
        self.updatedAt = now
    }
}
