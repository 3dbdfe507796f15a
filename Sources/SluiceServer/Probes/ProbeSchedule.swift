/// Which providers are to be asked now. A value without a clock.
struct ProbeSchedule {
    private var dueAt: [String: Duration] = [:]
    private var running: Set<String> = []

    /// Forgets the providers that have no probe any more, and returns them.
    mutating func forget(allBut targets: [ProbeTarget]) -> [String] {
        let names = Set(targets.map(\.provider))
        let gone = self.dueAt.keys.filter { !names.contains($0) }
        for name in gone { self.dueAt[name] = nil }
        return gone
    }

    /// The targets whose time has come; they are asked from here on, each once at a time.
    ///
    /// - Parameter now: time on a monotonic clock.
    mutating func begin(_ targets: [ProbeTarget], now: Duration) -> [ProbeTarget] {
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

    /// A target was asked. Returns whether it still has a probe, so that its answer counts.
    mutating func end(_ provider: String) -> Bool {
        self.running.remove(provider)
        return self.dueAt[provider] != nil
    }
}
