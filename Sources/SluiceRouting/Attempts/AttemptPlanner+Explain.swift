public import SluiceCore

extension AttemptPlanner {
    /// The targets of the entry that is being tried, and whether each can be tried now, or why not. Made when it is asked for.
    public func candidates(now: MonotonicTime) -> [CandidateReport] {
        self.plan.tree.leaves.indices.map { leaf in
            let found = self.plan.tree.leaves[leaf]
            return CandidateReport(
                target: self.plan.target(leaf),
                candidacy: self.candidacy(leaf, now: now),
                costNanoUSD: found.price.map { $0.cost(of: self.request) / 1_000_000 },
                health: found.report(now: now)
            )
        }
    }

    private func candidacy(_ leaf: Int, now: MonotonicTime) -> Candidacy {
        let found = self.plan.tree.leaves[leaf]
        if self.running.contains(leaf) { return .running }
        if self.barred.contains(leaf), !self.failed.contains(leaf) { return .excluded }
        if self.failed.contains(leaf) { return .failed }
        guard found.providerHealth.shared.isWell else { return .providerUnwell }
        var isProbe = false
        if found.providerHealth.settings.breaker.isOn {
            switch found.health.breakerState {
            case .closed: break
            case .halfOpen: return .probeRunning
            case .open(let until):
                if until > now { return .breakerOpen(until: until) }
                isProbe = true
            }
        }
        let free = found.credentialFreeAt(now: now)
        guard free <= now else { return .noCredential(until: free == .distantFuture ? nil : free) }
        return isProbe ? .eligibleAsProbe : .eligible
    }
}
