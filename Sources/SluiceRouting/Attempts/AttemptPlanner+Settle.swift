public import SluiceCore

/// What the driver reports. An attempt is settled once: what is reported of it afterwards changes nothing.
extension AttemptPlanner {
    /// The attempt's request is about to be sent: its time begins.
    public mutating func began(_ attempt: Attempt, now: MonotonicTime) {
        self.latest = max(self.latest, now)
        guard let index = self.unsettled(attempt) else { return }
        self.open[index].startedAt = now
        let made = self.open[index]
        guard !self.request.prefix.hashes.isEmpty else { return }
        for group in made.tree.groups {
            guard case .prefix(let settings) = group.strategy, let prefixes = group.prefixes,
                group.children.contains(where: { $0.leaves.contains(made.leaf) })
            else { continue }
            prefixes.record(
                self.request.prefix, target: made.tree.leafIDs[made.leaf], now: now,
                expiredBefore: now + -settings.expiryNanoseconds)
        }
    }

    /// The answer has begun: the target and the credential work. To be reported as soon as it is known, so that a probe does not
    /// last as long as a stream.
    ///
    /// - Parameter firstTokenNanoseconds: from sending to the first token of a stream, if there was one.
    public mutating func answered(
        _ attempt: Attempt,
        firstTokenNanoseconds: Int64? = nil,
        now: MonotonicTime
    ) -> HealthChange {
        self.latest = max(self.latest, now)
        guard let index = self.unsettled(attempt), !self.open[index].hasAnswered else { return HealthChange() }
        self.open[index].hasAnswered = true
        return self.open[index].markAnswered(firstTokenNanoseconds: firstTokenNanoseconds, now: now)
    }

    /// The attempt has ended well.
    ///
    /// - Parameters:
    ///   - firstTokenNanoseconds: as in ``answered(_:firstTokenNanoseconds:now:)``, where that was not reported.
    ///   - perOutputTokenNanoseconds: the time of the answer, from its first token where it was a stream, over its tokens.
    public mutating func succeeded(
        _ attempt: Attempt,
        firstTokenNanoseconds: Int64? = nil,
        perOutputTokenNanoseconds: Int64? = nil,
        now: MonotonicTime
    ) -> HealthChange {
        let change = self.answered(attempt, firstTokenNanoseconds: firstTokenNanoseconds, now: now)
        guard let made = self.settle(attempt) else { return HealthChange() }
        if let perOutputTokenNanoseconds {
            made.target.health.measured(perOutputTokenNanoseconds: perOutputTokenNanoseconds, now: now)
        }
        made.target.health.end(hadAnswered: true)
        return change
    }

    /// The attempt has failed. ``next(now:random:)`` says what follows.
    public mutating func failed(_ attempt: Attempt, _ fault: Fault, now: MonotonicTime) -> HealthChange {
        self.latest = max(self.latest, now)
        guard let made = self.settle(attempt) else { return HealthChange() }
        let change = made.fail(fault, now: now)
        self.take(fault, of: made, now: now)
        return change
    }

    /// The attempt was given up and nobody is to blame: the client left, or a hedge was faster. If the request goes on, it goes
    /// elsewhere.
    public mutating func abandoned(_ attempt: Attempt, now: MonotonicTime) {
        self.latest = max(self.latest, now)
        guard let made = self.settle(attempt) else { return }
        made.abandon(now: now, isStreaming: self.request.isStreaming)
        if made.isOfCurrentEntry { self.failed.insert(made.leaf) }
    }

    /// The target cannot serve the request at all, and was not asked: this was no attempt.
    public mutating func excluded(_ attempt: Attempt, now: MonotonicTime) {
        self.latest = max(self.latest, now)
        guard let made = self.settle(attempt) else { return }
        made.abandon(now: now)
        made.target.providerHealth.shared.takeBack(isRetry: made.isProviderRetry, now: now)
        if !made.isProviderRetry { self.askedProviders.removeAll { $0 == made.target.provider } }
        self.attemptCount -= 1
        guard made.isOfCurrentEntry else { return }
        self.attemptsInEntry -= 1
        self.barred.insert(made.leaf)
    }

    private func unsettled(_ attempt: Attempt) -> Int? {
        guard self.open.indices.contains(attempt.number), !self.open[attempt.number].isSettled else { return nil }
        return attempt.number
    }

    private mutating func settle(_ attempt: Attempt) -> OpenAttempt? {
        guard let index = self.unsettled(attempt) else { return nil }
        self.open[index].isSettled = true
        let made = self.open[index]
        if made.isOfCurrentEntry { self.running.remove(made.leaf) }
        return made
    }
}

extension AttemptPlanner.OpenAttempt {
    var target: TargetTree.Leaf { self.tree.leaves[self.leaf] }

    private var credentialHealth: CredentialHealth { self.target.providerHealth.credentials[self.credential] }

    func markAnswered(firstTokenNanoseconds: Int64?, now: MonotonicTime) -> HealthChange {
        var change = HealthChange()
        let target = self.target
        let settings = target.providerHealth.settings
        change.target = target.health.answered(
            isProbe: self.isTargetProbe, firstTokenNanoseconds: firstTokenNanoseconds, now: now, settings)
        change.credential = self.credentialHealth.succeeded(
            isProbe: self.isCredentialProbe, now: now, settings.bench)
        target.health.worked(self.credentialHealth.identity, now: now)
        return change
    }

    /// Puts the fault where it belongs, and ends the attempt.
    func fail(_ fault: Fault, now: MonotonicTime) -> HealthChange {
        var change = HealthChange()
        let target = self.target
        let settings = target.providerHealth.settings
        let credential = self.credentialHealth
        let waited = self.hasAnswered ? nil : now - self.startedAt
        // A probe that already found out by its answer is one no more.
        let isTargetProbe = self.isTargetProbe && !self.hasAnswered
        let isCredentialProbe = self.isCredentialProbe && !self.hasAnswered
        switch fault.blame {
        case .target:
            change.target = target.health.failed(
                isProbe: isTargetProbe, waitedNanoseconds: fault.kind == .timeout ? waited : nil, now: now, settings)
        case .credential, .credentialOnTarget, .nobody:
            // Whatever it said, a target that answers is alive.
            if isTargetProbe, fault.isAnswer {
                change.target = target.health.revived(now: now, settings)
            } else {
                target.health.abandoned(isProbe: isTargetProbe, waitedNanoseconds: nil, now: now)
            }
        }
        switch fault.kind {
        case .credentialRefused:
            change.credential = credential.failed(isProbe: isCredentialProbe, now: now, settings.bench)
        case .rateLimited:
            change.limitedUntil = target.health.limited(
                credential.identity, retryAfterNanoseconds: fault.retryAfterNanoseconds, now: now, settings.bench)
            change.credential = credential.succeeded(isProbe: isCredentialProbe, now: now, settings.bench)
        case .rejected, .contextWindow, .contentPolicy:
            change.credential = credential.succeeded(isProbe: isCredentialProbe, now: now, settings.bench)
        case .connect, .timeout, .cut, .malformed, .serverError, .forbidden, .busy, .noCredential:
            credential.abandoned(isProbe: isCredentialProbe, now: now)
        }
        target.health.end(hadAnswered: self.hasAnswered)
        return change
    }

    /// Ends the attempt without a verdict. That a stream had not begun after so long is a fact about the target, though.
    func abandon(now: MonotonicTime, isStreaming: Bool = false) {
        let target = self.target
        let waited = self.hasAnswered || !isStreaming ? nil : now - self.startedAt
        target.health.abandoned(
            isProbe: self.isTargetProbe && !self.hasAnswered, waitedNanoseconds: waited, now: now)
        self.credentialHealth.abandoned(isProbe: self.isCredentialProbe && !self.hasAnswered, now: now)
        target.health.end(hadAnswered: self.hasAnswered)
    }
}
