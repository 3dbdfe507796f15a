import SluiceCore
import SluicePolicies
import SluiceWire
import Synchronization

/// What one admitted request holds in a backend, until its exchange is settled.
final class AdmittedTicket: AdmissionTicket {
    let warnings: [String]
    private let held: LimitTicket
    private let backend: any LimitBackend
    private let standing: LimitStanding
    private let clock: @Sendable () -> Int64
    private let isSettled = Atomic(false)

    init(_ admission: Admission<LimitTicket>, backend: any LimitBackend, clock: @escaping @Sendable () -> Int64) {
        self.held = admission.reservation
        self.warnings = admission.warnings.map(\.description)
        self.standing = LimitStanding(requests: admission.requests, tokens: admission.tokens)
        self.backend = backend
        self.clock = clock
    }

    /// An exchange that nobody settled is charged as it was reserved.
    deinit {
        self.settle(.asReserved)
    }

    func settle(_ record: borrowing ExchangeRecord) {
        self.settle(Settlement(record))
    }

    private func settle(_ settlement: Settlement) {
        guard !self.isSettled.exchange(true, ordering: .relaxed) else { return }
        self.backend.settle(self.held, settlement, now: Moment(nanosecondsSince1970: self.clock()))
    }

    func fields(for dialect: Dialect, now: Int64) -> [(name: String, value: String)] {
        self.standing.fields(for: dialect, now: now)
    }
}

extension Settlement {
    /// What an exchange took: the tokens and the cost of all its attempts.
    ///
    /// Where nobody says what an attempt took but its provider worked, as for one whose client left, what was reserved counts.
    /// Where none worked, nothing does: refusals and failures before an answer are not charged.
    init(_ record: borrowing ExchangeRecord) {
        var usage: TokenUsage?
        var cost = NanoUSD.zero
        var hasWorked = false
        func add(_ attempt: AttemptRecord) {
            if let price = attempt.cost?.total {
                cost += price
                // Pictures and the like cost money without tokens.
                usage = usage ?? TokenUsage()
            }
            if let used = attempt.usage {
                usage = usage.map { $0 + used } ?? used
                return
            }
            let isAnswer = attempt.outcome == .answered || attempt.outcome == .abandoned
            hasWorked = hasWorked || attempt.wasSent && (isAnswer || attempt.timeToFirstByteNanoseconds != nil)
        }
        for attempt in record.earlierAttempts { add(attempt) }
        add(record.attempt)
        if let usage {
            self = .used(usage, cost: cost)
        } else {
            self = hasWorked ? .asReserved : .nothing
        }
    }
}
