import SluiceCore
import SluicePolicies
import SluiceWire
import Synchronization

/// What one admitted request holds in a backend, until its exchange is settled.
final class AdmittedTicket: AdmissionTicket {
    let warnings: [String]
    private let held: LimitTicket
    private let backend: any LimitBackend
    private let prices: LimitPrices
    private let standing: LimitStanding
    private let clock: @Sendable () -> Int64
    private let isSettled = Atomic(false)

    init(
        _ admission: Admission<LimitTicket>,
        backend: any LimitBackend,
        prices: LimitPrices,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.held = admission.reservation
        self.warnings = admission.warnings.map(\.description)
        self.standing = LimitStanding(requests: admission.requests, tokens: admission.tokens)
        self.backend = backend
        self.prices = prices
        self.clock = clock
    }

    /// An exchange that nobody settled is charged as it was reserved.
    deinit {
        self.settle(.asReserved)
    }

    func settle(_ record: borrowing ExchangeRecord) {
        self.settle(Settlement(record, prices: self.prices))
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
    /// What an exchange took: what the providers of all its attempts reported.
    ///
    /// Where none of them did but one worked, as in an answer without usage or one whose client left, what was reserved counts.
    /// Where none worked, nothing does: refusals and failures before an answer are not charged.
    init(_ record: borrowing ExchangeRecord, prices: LimitPrices) {
        var usage: TokenUsage?
        var cost = NanoUSD.zero
        var hasWorked = false
        func add(_ attempt: AttemptRecord) {
            guard let provider = attempt.provider else { return }
            guard let used = attempt.usage else {
                let isAnswer = attempt.outcome == .answered || attempt.outcome == .abandoned
                hasWorked = hasWorked || attempt.wasSent && (isAnswer || attempt.timeToFirstByteNanoseconds != nil)
                return
            }
            usage = usage.map { $0 + used } ?? used
            cost +=
                attempt.cost?.total
                ?? prices.cost(of: used, provider: provider, model: attempt.targetModel ?? "", at: record.receivedAt)
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
