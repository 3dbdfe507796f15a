/// How many requests run at once. What is abandoned comes back with the lease of its reservation.
struct PermitCount {
    private(set) var held: Int64 = 0

    /// Whether `cost` more may run.
    func wait(for cost: Int64, limit: Int64) -> LimitWait? {
        guard cost > 0, self.held + cost > limit else { return nil }
        return cost <= limit ? .whenFreed : .never
    }

    mutating func take(_ cost: Int64) {
        self.held += cost
    }

    mutating func giveBack(_ cost: Int64) {
        self.held = max(0, self.held - cost)
    }

    func status(limit: Int64) -> LimitStatus {
        LimitStatus(limit: limit, remaining: max(0, limit - self.held), reset: 0)
    }
}
