public import SluiceCore

/// What is known of one target at one moment, for metrics and for `sluice explain`.
public struct TargetReport: Sendable, Hashable {
    /// The provider's place in the snapshot.
    public var provider: Int
    /// The model, or the pattern of the entry where the target keeps the client's name; `*` for the provider alone.
    public var model: String
    /// Where its breaker stands.
    public var breaker: CircuitBreaker.State
    /// The exchanges that run on it.
    public var liveCount: Int
    /// The average time to the first token, in nanoseconds, if there is one.
    public var firstTokenNanoseconds: Int64?
    /// The average time for each token of the output, in nanoseconds, if there is one.
    public var perOutputTokenNanoseconds: Int64?
    /// For each credential, until when it is left alone here, if it is.
    public var credentials: [MonotonicTime?]
    /// The provider's attempts that were no retries within the last ten seconds, and its retries.
    public var providerAttempts: Int
    public var providerRetries: Int
}

/// Whether a target can be tried, or why not.
public enum Candidacy: Sendable, Hashable {
    /// It can be tried.
    case eligible
    /// It can be tried, by one attempt that finds out whether it has recovered.
    case eligibleAsProbe
    /// An attempt at it runs.
    case running
    /// It was tried for this request and failed.
    case failed
    /// The driver said that it cannot serve the request.
    case excluded
    /// Active probes find its provider unwell.
    case providerUnwell
    /// Its breaker is open until then.
    case breakerOpen(until: MonotonicTime)
    /// Another attempt is finding out.
    case probeRunning
    /// All its credentials are left alone until then, or were tried for this request.
    case noCredential(until: MonotonicTime?)
}

/// One target as a candidate for a request.
public struct CandidateReport: Sendable, Hashable {
    /// The target.
    public var target: Target
    /// Whether it can be tried.
    public var candidacy: Candidacy
    /// Its price for the request in nano-dollars, if it is known.
    public var costNanoUSD: Double?
    /// What is known of its health.
    public var health: TargetReport
}

extension TargetTree.Leaf {
    /// What is known of the target.
    func report(now: MonotonicTime) -> TargetReport {
        let averages = self.health.averages
        let counts = self.providerHealth.shared.counts(now: now)
        return TargetReport(
            provider: self.provider,
            model: self.name,
            breaker: self.health.breakerState,
            liveCount: self.health.liveCount,
            firstTokenNanoseconds: averages.firstToken,
            perOutputTokenNanoseconds: averages.perToken,
            credentials: self.providerHealth.credentials.map { self.benchedUntil($0, now: now) },
            providerAttempts: counts.attempts,
            providerRetries: counts.retries
        )
    }

    /// Until when a credential is left alone here; `nil` when it can be used.
    func benchedUntil(_ credential: CredentialHealth, now: MonotonicTime) -> MonotonicTime? {
        let gate = credential.opensAt
        var until = gate > now.nanoseconds ? MonotonicTime(nanoseconds: gate) : nil
        if !self.health.hasNoLimits(now: now), let limit = self.health.limit(of: credential.identity), limit > now {
            until = max(until ?? limit, limit)
        }
        return until
    }

    /// The moment from which a credential can be used; not later than now when one can be already.
    func credentialFreeAt(now: MonotonicTime) -> MonotonicTime {
        var earliest = MonotonicTime.distantFuture
        for credential in self.providerHealth.credentials {
            guard let until = self.benchedUntil(credential, now: now) else { return now }
            earliest = min(earliest, until)
        }
        return earliest
    }

    /// Whether the breaker and the credentials let an attempt pass.
    @inline(__always)
    func isHealthy(now: MonotonicTime) -> Bool {
        guard self.providerHealth.shared.isWell else { return false }
        if self.health.opensAt > now.nanoseconds, self.providerHealth.settings.breaker.isOn { return false }
        if self.health.hasNoLimits(now: now), self.providerHealth.shared.hasNoRefusals { return true }
        return self.credentialFreeAt(now: now) <= now
    }
}
