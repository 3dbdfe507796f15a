import SluiceCore
import Synchronization

/// What is known of one credential of a provider, shared by all loops and snapshots: a breaker that one refusal opens.
final class CredentialHealth: Sendable {
    /// The number by which the configuration knows it: the same for the same secret.
    let identity: UInt64
    private let provider: ProviderHealth
    private let breaker = Mutex(CircuitBreaker())
    private let gate = Atomic<Int64>(0)

    init(identity: UInt64, provider: ProviderHealth) {
        self.identity = identity
        self.provider = provider
    }

    deinit {
        if self.opensAt != 0 { self.provider.countRefused(-1) }
    }

    /// The moment from which an attempt may use it: see ``CircuitBreaker/gate``.
    var opensAt: Int64 { self.gate.load(ordering: .relaxed) }

    /// Where its breaker stands.
    var state: CircuitBreaker.State { self.breaker.withLock { $0.state } }

    func pass(now: MonotonicTime, isLastResort: Bool) -> CircuitBreaker.Passage {
        guard self.opensAt != 0 else { return .ordinary }
        return self.change { $0.pass(now: now, isLastResort: isLastResort) }
    }

    func succeeded(isProbe: Bool, now: MonotonicTime, _ settings: BenchSettings) -> CircuitBreaker.Transition? {
        guard isProbe || self.opensAt != 0 else { return nil }
        return self.change { $0.succeeded(isProbe: isProbe, now: now, settings.breaker) }
    }

    func failed(isProbe: Bool, now: MonotonicTime, _ settings: BenchSettings) -> CircuitBreaker.Transition? {
        self.change { $0.failed(isProbe: isProbe, now: now, settings.breaker) }
    }

    func abandoned(isProbe: Bool, now: MonotonicTime) {
        guard isProbe else { return }
        self.change { $0.abandoned(isProbe: true, now: now) }
    }

    private func change<Result>(_ body: (inout CircuitBreaker) -> Result) -> Result {
        self.breaker.withLock { breaker in
            let wasClosed = breaker.gate == 0
            let result = body(&breaker)
            self.gate.store(breaker.gate, ordering: .relaxed)
            if wasClosed != (breaker.gate == 0) { self.provider.countRefused(wasClosed ? 1 : -1) }
            return result
        }
    }
}
