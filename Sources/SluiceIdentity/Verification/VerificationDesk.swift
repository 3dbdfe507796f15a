import SluiceCore
import Synchronization

/// What verifications of the whole process share, whatever configuration is in force: who verifies what at the moment, how many may, and
/// who sent too many wrong credentials.
final class VerificationDesk: Sendable {
    private let flights: VerificationFlights
    private let gate: VerificationGate
    private let failures: Mutex<FailedAttempts>
    private let deadline: Duration
    private let lastGeneration = Atomic<Int>(0)

    init(_ bounds: VerificationBounds) {
        self.flights = VerificationFlights(capacity: bounds.waiting)
        self.gate = VerificationGate(permits: bounds.concurrent, capacity: bounds.waiting)
        self.failures = Mutex(
            FailedAttempts(
                burst: bounds.failureBurst, interval: bounds.failureInterval, addresses: bounds.failureAddresses))
        self.deadline = bounds.deadline
    }

    /// A number for another set of verifiers.
    func nextGeneration() -> Int { self.lastGeneration.add(1, ordering: .relaxed).newValue }

    /// How long an address has to wait, in seconds; `nil` when it may try.
    func wait(of address: IPAddress?, at now: UnixTime) -> Int? {
        self.failures.withLock { $0.wait(of: address, at: now) }
    }

    /// A wrong credential came from an address.
    func failed(from address: IPAddress?, at now: UnixTime) {
        self.failures.withLock { $0.failed(from: address, at: now) }
    }

    /// Verifies a credential: once for all who ask at the same time, in its turn, and within the deadline. One that is refused counts against the
    /// address.
    func verify(
        _ digest: CredentialDigest,
        from address: IPAddress?,
        at now: UnixTime,
        by body: @escaping @Sendable () async -> VerificationOutcome
    ) async -> VerificationOutcome {
        await self.flights.outcome(of: digest) {
            await Deadline.within(self.deadline, or: .unavailable(VerificationOutcome.late)) {
                switch await self.gate.enter() {
                case .full: return .unavailable(VerificationOutcome.tooMany)
                case .cancelled: return .unavailable(VerificationOutcome.late)
                case .entered: break
                }
                defer { self.gate.leave() }
                // Many may have come at once from one address, before the first of them was found to be wrong.
                guard self.wait(of: address, at: now) == nil else { return .throttled }
                let outcome = await body()
                // Counted before the next one enters, and once for all who sent it.
                if case .refused = outcome { self.failed(from: address, at: now) }
                return outcome
            }
        }
    }
}
