import SluiceCore

extension AttemptPlanner {
    /// What an attempt holds of a target and a credential.
    struct Claim {
        var credential: Int
        var isTargetProbe: Bool
        var isCredentialProbe: Bool
    }

    /// The targets of the entry that were not tried and are not in use.
    private var untried: LeafSet {
        LeafSet(upTo: self.plan.tree.leaves.count).subtracting(self.failed).subtracting(self.barred)
            .subtracting(self.running)
    }

    /// Chooses a target and takes its place; `nil` when none can be tried.
    mutating func pick(origin: Attempt.Origin, now: MonotonicTime, random: inout RandomSource) -> Attempt? {
        var left = self.untried
        self.budgetDenied = false
        while let choice = self.plan.tree.choose(among: &left, for: self.request, now: now, random: &random) {
            // Another request may have taken the probe's place meanwhile.
            guard let claim = self.claim(choice.leaf, now: now, isLastResort: false) else {
                left.remove(choice.leaf)
                continue
            }
            if let attempt = self.confirm(choice, claim, origin: origin, now: now) { return attempt }
            self.removeProvider(of: choice.leaf, from: &left)
        }
        return nil
    }

    /// Takes the least bad of the targets that were not tried, though it is not healthy: the one that is to be tried again
    /// first.
    mutating func pickLastResort(now: MonotonicTime) -> Attempt? {
        let left = self.untried
        var best: (leaf: Int, time: MonotonicTime)?
        for leaf in self.plan.tree.leaves.indices where left.contains(leaf) {
            let found = self.plan.tree.leaves[leaf]
            let time =
                found.providerHealth.shared.isWell
                ? max(MonotonicTime(nanoseconds: found.health.opensAt), found.credentialFreeAt(now: now))
                : .distantFuture
            if best.map({ time < $0.time }) ?? true { best = (leaf, time) }
        }
        guard let leaf = best?.leaf, let claim = self.claim(leaf, now: now, isLastResort: true) else { return nil }
        let choice = Balancer.Choice(leaf: leaf, reason: .lastResort)
        return self.confirm(choice, claim, origin: .lastResort, now: now)
    }

    /// Takes a place at a target and one of its credentials that is not left alone.
    private func claim(_ leaf: Int, now: MonotonicTime, isLastResort: Bool) -> Claim? {
        let found = self.plan.tree.leaves[leaf]
        let handle = found.providerHealth
        let passage = found.health.begin(now: now, isLastResort: isLastResort, handle.settings.breaker)
        guard passage != .refused else { return nil }
        let count = handle.credentials.count
        let start = handle.shared.nextTurn(of: count)
        for offset in 0..<count {
            let place = (start + offset) % count
            let credential = handle.credentials[place]
            guard !self.usedCredentials.contains(UsedCredential(leaf: leaf, credential: place)),
                found.benchedUntil(credential, now: now) == nil
            else { continue }
            let pass = credential.pass(now: now, isLastResort: false)
            guard pass != .refused else { continue }
            return Claim(
                credential: place, isTargetProbe: passage == .probe, isCredentialProbe: pass == .probe)
        }
        if isLastResort {
            let soonest = handle.credentials.indices.min { left, right in
                (found.benchedUntil(handle.credentials[left], now: now) ?? now)
                    < (found.benchedUntil(handle.credentials[right], now: now) ?? now)
            }
            if let place = soonest {
                let pass = handle.credentials[place].pass(now: now, isLastResort: true)
                return Claim(
                    credential: place, isTargetProbe: passage == .probe, isCredentialProbe: pass == .probe)
            }
        }
        found.health.abandoned(isProbe: passage == .probe, waitedNanoseconds: nil, now: now)
        found.health.end(hadAnswered: false)
        return nil
    }

    /// Makes the attempt of a claim, unless the provider's retry budget is used up: then the claim is given back.
    ///
    /// A request's first attempt at a provider is its traffic; each further one at the same provider is a retry.
    private mutating func confirm(
        _ choice: Balancer.Choice,
        _ claim: Claim,
        origin: Attempt.Origin,
        now: MonotonicTime
    ) -> Attempt? {
        let leaf = self.plan.tree.leaves[choice.leaf]
        let isProviderRetry = self.askedProviders.contains(leaf.provider)
        let made = OpenAttempt(
            tree: self.plan.tree, leaf: choice.leaf, credential: claim.credential, isTargetProbe: claim.isTargetProbe,
            isCredentialProbe: claim.isCredentialProbe, isProviderRetry: isProviderRetry, startedAt: now)
        let health = leaf.providerHealth
        if isProviderRetry {
            guard health.shared.withdraw(now: now, health.settings.retryBudget) else {
                self.budgetDenied = true
                made.abandon(now: now)
                return nil
            }
        } else {
            health.shared.deposit(now: now)
            self.askedProviders.append(leaf.provider)
        }
        let attempt = Attempt(
            number: self.open.count,
            target: self.plan.target(choice.leaf),
            credential: claim.credential,
            entry: self.plan.entry,
            origin: origin,
            reason: choice.reason,
            isProbe: claim.isTargetProbe || claim.isCredentialProbe,
            isRetry: self.attemptCount > 0
        )
        self.open.append(made)
        self.running.insert(choice.leaf)
        self.attemptCount += 1
        self.attemptsInEntry += 1
        return attempt
    }

    private func removeProvider(of leaf: Int, from left: inout LeafSet) {
        let provider = self.plan.tree.leaves[leaf].provider
        for other in self.plan.tree.leaves.indices where self.plan.tree.leaves[other].provider == provider {
            left.remove(other)
        }
    }
}
