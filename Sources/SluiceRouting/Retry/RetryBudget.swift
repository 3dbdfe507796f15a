import SluiceCore

/// Bounds retries to a share of a provider's traffic over the last ten seconds, so that an outage is not made worse by them.
struct RetryBudget: Sendable {
    private static let windowNanoseconds: Int64 = 10_000_000_000
    private var counts = SlidingCounts()

    init() {}

    /// Counts an attempt that is no retry.
    mutating func deposit(now: MonotonicTime) {
        self.counts.add(first: 1, second: 0, now: now, windowNanoseconds: Self.windowNanoseconds)
    }

    /// Takes a retry, if there is one left.
    mutating func withdraw(now: MonotonicTime, _ settings: RetryBudgetSettings) -> Bool {
        let sums = self.counts(now: now)
        let allowed = max(Double(settings.floor), settings.ratio * Double(sums.attempts))
        guard Double(sums.retries) + 1 <= allowed else { return false }
        self.counts.add(first: 0, second: 1, now: now, windowNanoseconds: Self.windowNanoseconds)
        return true
    }

    /// Takes back what was counted for an attempt that was not made after all.
    mutating func takeBack(isRetry: Bool, now: MonotonicTime) {
        self.counts.remove(
            first: isRetry ? 0 : 1, second: isRetry ? 1 : 0, now: now, windowNanoseconds: Self.windowNanoseconds)
    }

    mutating func counts(now: MonotonicTime) -> (attempts: Int, retries: Int) {
        let sums = self.counts.sums(now: now, windowNanoseconds: Self.windowNanoseconds)
        return (attempts: sums.first, retries: sums.second)
    }
}
