import Synchronization

/// Has one of those who ask for the same credential at the same time verify it, and gives the others what it found.
final class VerificationFlights: Sendable {
    private typealias Waiter = CheckedContinuation<VerificationOutcome?, Never>

    private struct State: Sendable {
        /// Who waits for each verification that runs.
        var flights: [CredentialDigest: [Waiter]] = [:]
        var waiting = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// `capacity` is how many may wait for others, all credentials together.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// What came of verifying a credential: by `lead`, or by another who is at it already.
    func outcome(
        of digest: CredentialDigest,
        lead: () async -> VerificationOutcome
    ) async -> VerificationOutcome {
        while true {
            let isLeader = self.state.withLock { state in
                guard state.flights[digest] == nil else { return false }
                state.flights[digest] = []
                return true
            }
            if isLeader {
                let outcome = await lead()
                let waiters = self.state.withLock { state in
                    let waiters = state.flights.removeValue(forKey: digest) ?? []
                    state.waiting -= waiters.count
                    return waiters
                }
                for waiter in waiters { waiter.resume(returning: outcome) }
                return outcome
            }
            if let outcome = await self.others(digest) { return outcome }
        }
    }

    /// Waits for the one who leads; `nil` when it has ended meanwhile.
    private func others(_ digest: CredentialDigest) async -> VerificationOutcome? {
        enum Place { case waits, ended, full }
        return await withCheckedContinuation { (waiter: Waiter) in
            let place = self.state.withLock { state -> Place in
                guard state.flights[digest] != nil else { return .ended }
                guard state.waiting < self.capacity else { return .full }
                state.waiting += 1
                state.flights[digest]?.append(waiter)
                return .waits
            }
            switch place {
            case .waits: break
            case .ended: waiter.resume(returning: nil)
            case .full: waiter.resume(returning: .unavailable(VerificationOutcome.tooMany))
            }
        }
    }
}
