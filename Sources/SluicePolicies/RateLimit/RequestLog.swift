/// The moments of the requests of the last window, oldest first: an exact sliding window.
///
/// A request at `t` counts in the half-open interval up to, not including, `t + window`. So no interval of the window's
/// length that includes one of its two ends holds more than was allowed. Memory grows with what is used, up to the
/// limit.
struct RequestLog {
    private var ring: [Int64] = []
    private var head = 0
    private(set) var count = 0
    private let window: Int64

    init(window: LimitWindow) {
        self.window = window.microseconds
    }

    /// The latest moment that is kept.
    private var newest: Int64? { self.count == 0 ? nil : self[self.count - 1] }

    /// The moment number `index`, counted from the oldest. The caller has checked the bounds.
    private subscript(index: Int) -> Int64 {
        let place = self.head + index
        return self.ring[place >= self.ring.count ? place - self.ring.count : place]
    }

    /// Forgets what left the window.
    mutating func advance(to now: Int64) {
        let now = max(now, self.newest ?? 0)
        while self.count > 0, self.ring[self.head] + self.window <= now {
            self.head = self.head + 1 == self.ring.count ? 0 : self.head + 1
            self.count -= 1
        }
    }

    /// When `cost` requests fit; the log is at `now` already.
    func wait(for cost: Int64, limit: Int64, now: Int64) -> LimitWait? {
        let excess = Int64(self.count) + cost - limit
        guard cost > 0, excess > 0 else { return nil }
        guard cost <= limit else { return .never }
        // Cost fits an empty log, so the excess is within what is kept.
        return .after(max(1, self[Int(excess) - 1] + self.window - now))
    }

    /// Counts `cost` requests, which fit.
    mutating func take(_ cost: Int64, now: Int64) {
        let moment = max(now, self.newest ?? 0)
        for _ in 0..<cost {
            if self.count == self.ring.count { self.grow() }
            let place = self.head + self.count
            self.ring[place >= self.ring.count ? place - self.ring.count : place] = moment
            self.count += 1
        }
    }

    /// What is left, and in how many microseconds all of it is back.
    func status(limit: Int64, now: Int64) -> LimitStatus {
        LimitStatus(
            limit: limit,
            remaining: max(0, limit - Int64(self.count)),
            reset: self.newest.map { max(0, $0 + self.window - now) } ?? 0
        )
    }

    private mutating func grow() {
        var larger = [Int64](repeating: 0, count: max(8, self.ring.count * 2))
        for index in 0..<self.count { larger[index] = self[index] }
        self.ring = larger
        self.head = 0
    }
}
