/// How long to wait before the next try of something that failed: twice as long each time, up to a bound, and a random
/// part of it, so that many who lost the same server do not come back together.
struct Backoff: Sendable, Equatable {
    /// The bound of the first wait.
    var first: Duration = .milliseconds(50)
    /// The bound of all waits.
    var longest: Duration = .seconds(5)
    /// How many tries failed since the last success.
    private(set) var failures = 0

    /// Counts a failure and says how long to wait: from half of the bound to all of it. `fraction` is random, 0 to 1.
    mutating func failed(fraction: Double) -> Duration {
        let bound = min(self.longest, self.first * (1 << min(self.failures, 20)))
        self.failures = min(self.failures + 1, 1_000_000)
        return bound / 2 + bound / 2 * min(max(fraction, 0), 1)
    }

    /// Forgets the failures.
    mutating func succeeded() {
        self.failures = 0
    }
}
