import Synchronization

/// What an admitted request holds: tokens, permits, money. It is settled once; further settlements change nothing.
///
/// One that is never settled is given back when its lease ends. A settlement that comes later still is charged in full.
public final class Reservation: Sendable {
    struct Hold: Sendable {
        let counter: Counter
        /// The place of the rule in the plan.
        let item: Int
        let taken: Int64
        /// The sub-window, for rates.
        let subWindow: Int64
    }

    enum Phase: UInt8, AtomicRepresentable {
        /// Counted everywhere. Next: returned or settled.
        case held
        /// Its lease has ended and nothing is held. Next: settled.
        case returned
        /// Done.
        case settled
    }

    let plan: AdmissionPlan
    let holds: [Hold]
    /// Its place among the leases.
    let slot: Int
    private let phase = Atomic(Phase.held)

    init(plan: AdmissionPlan, holds: [Hold], slot: Int) {
        self.plan = plan
        self.holds = holds
        self.slot = slot
    }

    /// Settles it; the phase in which it was, or `nil` where it was settled before.
    func settle() -> Phase? {
        let before = self.phase.exchange(.settled, ordering: .acquiringAndReleasing)
        return before == .settled ? nil : before
    }

    /// Gives it back at the end of its lease, unless it is settled.
    func giveBack() -> Bool {
        self.phase.compareExchange(expected: .held, desired: .returned, ordering: .acquiringAndReleasing).exchanged
    }
}
