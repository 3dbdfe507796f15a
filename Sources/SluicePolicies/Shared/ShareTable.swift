/// The shares of rates of requests that one node holds in advance, by count: ``LeasedShare`` for each.
///
/// It admits requests that nothing but rates of requests limits, and whose shares would be of two or more; tokens are
/// settled to what they turn out to be, and concurrency and money are not shared out, so those ask Redis. What is not
/// admitted here is no refusal: Redis is asked for the request alone.
public struct ShareTable: Sendable {
    /// What is to be taken from Redis by ``SharedCounts/takeShare(_:of:for:clock:)``.
    public struct Refill: Sendable {
        /// The count.
        public let key: LimitKey
        /// The rule of the share.
        public let rule: LimitRule
        /// How much.
        public let amount: Int64
    }

    private struct Entry {
        var share: LeasedShare
        let rule: LimitRule
        /// Where the count stood in Redis when it was asked last.
        var status: LimitStatus
        var statusAt: Int64 = 0
        /// What was refused is not asked for again before this moment.
        var quietUntil: Int64 = 0
        var usedAt: Int64 = 0

        /// What a client is told: what was left in Redis when it was asked last, and what is held here.
        func told(at now: Moment) -> LimitStatus {
            LimitStatus(
                limit: self.rule.amount,
                remaining: min(self.rule.amount, LimitAmount.sum(self.status.remaining, self.share.held)),
                reset: max(0, self.status.reset - max(0, now.microseconds - self.statusAt))
            )
        }
    }

    /// The shortest and the longest pause after a refused share, in microseconds.
    private static let pauses: ClosedRange<Int64> = 50_000...1_000_000
    /// A share that nobody asked for as long is forgotten.
    private static let idle: Int64 = 60_000_000

    private let permille: Int
    private let capacity: Int
    private var entries: [LimitKey: Entry] = [:]

    /// Makes a table of shares of `permille` thousandths of each limit. Past `capacity` counts no new shares are held.
    public init(permille: Int, capacity: Int = 100_000) {
        self.permille = permille
        self.capacity = max(1, capacity)
    }

    /// How many shares there are.
    public var count: Int { self.entries.count }

    /// Admits a request if all limits of its plan have a share that holds enough; nothing is taken otherwise. In both
    /// cases `refills` says what is to be asked for; each is answered by ``receive(_:_:now:)``.
    public mutating func take(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment)
        -> (admission: Admission<SharedReservation>?, refills: [Refill])
    {
        var refills: [Refill] = []
        var changed: [(key: LimitKey, entry: Entry)] = []
        changed.reserveCapacity(plan.items.count)
        var isGranted = true
        for item in plan.items {
            guard case .limit(let rule) = item.rule, var entry = self.entry(for: item.key, rule) else {
                return (nil, [])
            }
            entry.usedAt = now.microseconds
            switch entry.share.take(item.rule.charge(of: cost), now: now) {
            case .granted(let refill):
                Self.ask(refill, item.key, &entry, now, &refills)
            case .empty(let amount):
                isGranted = false
                Self.ask(amount, item.key, &entry, now, &refills)
            case .tooLarge: return (nil, [])
            }
            changed.append((item.key, entry))
        }
        for (key, entry) in changed {
            var entry = entry
            // What was asked for is noted in any case; what was taken is put back where another limit had nothing left.
            if !isGranted, let old = self.entries[key], old.rule == entry.rule {
                entry.share.restoreHeld(of: old.share)
            }
            self.entries[key] = entry
        }
        guard isGranted else { return (nil, refills) }
        var status: LimitStatus?
        for (_, entry) in changed { status = OpenDecision.tighter(status, entry.told(at: now)) }
        let reservation = SharedReservation(unasked: plan, cost: cost)
        return (Admission(reservation: reservation, requests: status), refills)
    }

    /// Takes over the answer to a refill; `nil` where there was none.
    public mutating func receive(_ refill: Refill, _ answer: [Int64]?, now: Moment) {
        guard var entry = self.entries[refill.key], entry.rule == refill.rule else { return }
        let isGranted = answer?.first == 1
        entry.share.receive(refill.amount, isGranted: isGranted, now: now)
        if !isGranted {
            let wait = answer.flatMap { $0.count > 2 && $0[2] > 0 ? $0[2] : nil } ?? Self.pauses.upperBound
            entry.quietUntil = now.microseconds + min(max(wait, Self.pauses.lowerBound), Self.pauses.upperBound)
        }
        if let answer, answer.count >= 6 {
            entry.status = LimitStatus(
                limit: refill.rule.amount, remaining: LimitAmount.clamped(answer[4]),
                reset: LimitAmount.clamped(answer[5]))
            entry.statusAt = now.microseconds
        }
        self.entries[refill.key] = entry
    }

    /// Forgets shares that nobody used for a minute. What they hold stays counted in Redis until its window ends.
    public mutating func sweep(now: Moment) {
        self.entries = self.entries.filter { now.microseconds < $0.value.usedAt + Self.idle }
    }

    private func entry(for key: LimitKey, _ rule: LimitRule) -> Entry? {
        if let entry = self.entries[key], entry.rule == rule { return entry }
        guard case .requests = rule.measure, let share = LeasedShare(of: rule, permille: self.permille),
            share.size > 1, self.entries.count < self.capacity || self.entries[key] != nil
        else { return nil }
        return Entry(share: share, rule: rule, status: LimitStatus(limit: rule.amount, remaining: 0, reset: 0))
    }

    private static func ask(
        _ amount: Int64,
        _ key: LimitKey,
        _ entry: inout Entry,
        _ now: Moment,
        _ refills: inout [Refill]
    ) {
        guard amount > 0, now.microseconds >= entry.quietUntil else { return }
        let allowed = entry.share.ask(amount, now: now)
        if allowed > 0 { refills.append(Refill(key: key, rule: entry.rule, amount: allowed)) }
    }
}
