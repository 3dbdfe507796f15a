/// Which providers are to be asked now. A value without a clock.
struct ProbeSchedule {
    private var dueAt: [String: Duration] = [:]
    private var running: Set<String> = []

    /// The targets whose time has come; they are asked from here on, each once at a time.
    ///
    /// - Parameter now: time on a monotonic clock.
    mutating func begin(_ targets: [ProbeTarget], now: Duration) -> [ProbeTarget] {
        let names = Set(targets.map(\.provider))
        self.dueAt = self.dueAt.filter { names.contains($0.key) }
        var begun: [ProbeTarget] = []
        for target in targets where !self.running.contains(target.provider) {
            guard now >= self.dueAt[target.provider] ?? now else { continue }
            // The pause is from beginning to beginning, so that a slow answer does not make probes rarer.
            self.dueAt[target.provider] = now + target.every
            self.running.insert(target.provider)
            begun.append(target)
        }
        return begun
    }

    /// A target was asked.
    mutating func end(_ provider: String) {
        self.running.remove(provider)
    }
}
