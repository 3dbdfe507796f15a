public import SluiceCore

/// Counts the wrong credentials that come from each address, and says when there are too many: a token bucket for each, kept as the time
/// at which it is full again (the generic cell rate algorithm).
///
/// An IPv6 subscriber has a whole /64, which counts as one address. Those who come without an address count as one, too.
public struct FailedAttempts: Sendable {
    /// How many may be wrong in one go.
    private let burst: Int64
    /// After how many milliseconds one more may be.
    private let interval: Int64
    private var fullAt: SecondChanceCache<IPAddress?, Int64>

    /// - Parameters:
    ///   - burst: how many wrong ones an address may send in one go.
    ///   - interval: after how long it may send one more.
    ///   - addresses: how many addresses are remembered; those that fail most lately go last.
    public init(burst: Int = 30, interval: Duration = .seconds(2), addresses: Int = 65_536) {
        self.burst = Int64(max(1, burst))
        self.interval = max(1, UnixTime(milliseconds: 0).advanced(by: interval).milliseconds)
        self.fullAt = SecondChanceCache(capacity: addresses)
    }

    /// How long an address has to wait, in seconds, rounded up; `nil` when it may try.
    public mutating func wait(of source: IPAddress?, at now: UnixTime) -> Int? {
        guard let fullAt = self.fullAt.value(for: source?.subscriber) else { return nil }
        let over = self.bounded(fullAt, now) - now.milliseconds - (self.burst - 1) * self.interval
        return over > 0 ? Int((over + 999) / 1000) : nil
    }

    /// A wrong credential came from an address.
    public mutating func failed(from source: IPAddress?, at now: UnixTime) {
        let subscriber = source?.subscriber
        let fullAt = self.bounded(self.fullAt.value(for: subscriber) ?? .min, now)
        self.fullAt.insert(max(fullAt, now.milliseconds) + self.interval, for: subscriber)
    }

    /// Never further ahead than the bucket is deep, wherever the clock was set.
    private func bounded(_ fullAt: Int64, _ now: UnixTime) -> Int64 {
        min(fullAt, now.milliseconds + self.burst * self.interval)
    }
}
