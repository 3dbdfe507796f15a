/// The amounts of the last 61 sub-windows, each a sixtieth of the window: a sliding window in constant memory.
///
/// The current sub-window and the 60 before it cover every moment of the last window, whatever the place of `now` in
/// its sub-window. Their sum is held within the limit, so that no window ever exceeds it, and an amount is free again
/// at most one sub-window later than in an exact count.
struct SlidingWindow {
    private static let places: Int64 = 61

    private var amounts = [Int64](repeating: 0, count: 61)
    private(set) var sum: Int64 = 0
    /// The number of the current sub-window since 1970.
    private(set) var current: Int64 = 0
    private let width: Int64

    init(window: LimitWindow) {
        self.width = window.subWindow
    }

    /// Forgets what left the window.
    mutating func advance(to now: Int64) {
        let index = now / self.width
        guard index > self.current else { return }
        if self.sum > 0 {
            for step in 1...min(index - self.current, Self.places) {
                let place = Int((self.current + step) % Self.places)
                self.sum -= self.amounts[place]
                self.amounts[place] = 0
            }
        }
        self.current = index
    }

    /// When `cost` fits; the window is at `now` already.
    func wait(for cost: Int64, limit: Int64, now: Int64) -> LimitWait? {
        var excess = self.sum + cost - limit
        guard cost > 0, excess > 0 else { return nil }
        guard cost <= limit else { return .never }
        for index in (self.current - Self.places + 1)...self.current where index >= 0 {
            excess -= self.amounts[Int(index % Self.places)]
            if excess <= 0 { return .after(max(1, (index + Self.places) * self.width - now)) }
        }
        // The sum is that of the amounts, so the loop has returned.
        return .after(Self.places * self.width)
    }

    /// Counts `cost` and says in which sub-window.
    mutating func take(_ cost: Int64) -> Int64 {
        self.add(cost)
        return self.current
    }

    /// Sets right what was taken in the sub-window `index`. What is given back is free at once; what came on top counts
    /// from now, since it may be much later than the request.
    mutating func settle(taken: Int64, in index: Int64, actual: Int64) {
        guard actual < taken else { return self.add(actual - taken) }
        guard index <= self.current, self.current - index < Self.places else { return }
        let place = Int(index % Self.places)
        let refund = min(taken - actual, self.amounts[place])
        self.amounts[place] -= refund
        self.sum -= refund
    }

    /// What is left, and in how many microseconds all of it is back.
    func status(limit: Int64, now: Int64) -> LimitStatus {
        var reset: Int64 = 0
        if self.sum > 0 {
            var index = self.current
            while index > 0, self.amounts[Int(index % Self.places)] == 0 { index -= 1 }
            reset = max(0, (index + Self.places) * self.width - now)
        }
        return LimitStatus(limit: limit, remaining: max(0, limit - self.sum), reset: reset)
    }

    private mutating func add(_ amount: Int64) {
        let added = min(amount, LimitAmount.largest - self.sum)
        self.amounts[Int(self.current % Self.places)] += added
        self.sum += added
    }
}
