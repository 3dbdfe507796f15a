import SluiceCore

/// What a ``CredentialStore`` keeps under its lock. No continuation is resumed here.
struct CredentialState: Sendable {
    typealias Waiter = CheckedContinuation<CredentialError?, Never>

    /// What someone who needs the value is told.
    enum Entrance {
        /// There is one.
        case ready
        /// One is on its way: wait under this number.
        case wait(Int)
        /// There is none, and none on its way.
        case refused(CredentialError)
    }

    /// What someone who brings a continuation is told.
    enum Parking {
        /// It is kept. The driver is to be woken by the closure.
        case parked((@Sendable () -> Void)?)
        /// The place is gone: the value, or the reason why there is none, came before.
        case settled(CredentialError?)
    }

    static let givenUp = CredentialError("the request was given up")

    /// A place in the queue. The continuation comes a moment after the place is taken, or never.
    private struct Place {
        var number: Int
        var since: Int64
        var waiter: Waiter?
    }

    /// The longest time before its end at which a value is replaced, in seconds.
    private static let longestLead: Int64 = 900
    private static let leastPause: Int64 = 30
    private static let longestPause: Int64 = 60

    var wake: (@Sendable () -> Void)?
    private(set) var current: ExpiringCredential?
    private(set) var lastFailure: CredentialError?
    private let source: CredentialSource
    private var isRefreshing = false
    private var dueAt: Int64? = 0
    private var failures: Int64 = 0
    private var seenAt: Int64 = 0
    private var places: [Place] = []
    private var lastNumber = 0

    init(source: CredentialSource) {
        self.source = source
        switch source {
        case .fixed(let credential):
            self.current = ExpiringCredential(credential)
            self.dueAt = nil
        case .missing(let failure):
            self.lastFailure = failure
            self.dueAt = nil
        default: break
        }
    }

    mutating func enter() -> Entrance {
        if self.current != nil { return .ready }
        // Within the pause after a failure nobody need wait for another.
        if let failure = self.lastFailure, !self.isRefreshing { return .refused(failure) }
        guard self.places.count < CredentialStore.waiterLimit else {
            return .refused(CredentialError("too many requests wait for them already"))
        }
        self.lastNumber &+= 1
        self.places.append(Place(number: self.lastNumber, since: self.seenAt))
        return .wait(self.lastNumber)
    }

    /// Takes the continuation of a place.
    mutating func park(_ number: Int, _ waiter: Waiter) -> Parking {
        guard let index = self.places.firstIndex(where: { $0.number == number }) else {
            return .settled(self.current == nil ? self.lastFailure ?? Self.givenUp : nil)
        }
        self.places[index].waiter = waiter
        return .parked(self.wake)
    }

    /// Gives up a place.
    mutating func leave(_ number: Int) -> Waiter? {
        guard let index = self.places.firstIndex(where: { $0.number == number }) else { return nil }
        return self.places.remove(at: index).waiter
    }

    mutating func removeWaiters() -> [Waiter] {
        let waiters = self.places.compactMap(\.waiter)
        self.places.removeAll()
        return waiters
    }

    mutating func poll(now: Int64) -> (flow: (any CredentialFlow)?, overdue: [Waiter]) {
        self.seenAt = now
        if let end = self.current?.expiresAt, end <= now { self.current = nil }
        // Places that were taken before the first poll count from it.
        for index in self.places.indices where self.places[index].since == 0 { self.places[index].since = now }
        let isOverdue = { (place: Place) in now - place.since >= CredentialStore.waitLimitSeconds }
        let overdue = self.places.filter(isOverdue).compactMap(\.waiter)
        self.places.removeAll { isOverdue($0) && $0.waiter != nil }
        guard !self.isRefreshing, let due = self.dueAt, due <= now, let flow = self.source.flow() else {
            return (nil, overdue)
        }
        self.isRefreshing = true
        return (flow, overdue)
    }

    mutating func finish(
        _ result: Result<ExpiringCredential, CredentialError>,
        now: Int64,
        jitter: Double
    ) -> [Waiter] {
        self.isRefreshing = false
        // Written so that what is no number is 0.
        let share = jitter > 0 ? (jitter < 1 ? jitter : 1) : 0
        switch result {
        case .success(let credential):
            self.current = credential
            self.lastFailure = nil
            self.failures = 0
            self.dueAt = credential.expiresAt.map { end in
                let lead = min(max(0, end &- now) / 5, Self.longestLead, self.source.longestLeadSeconds)
                let early = Int64(Double(lead) * 0.2 * share)
                // A service that hands out the same value until shortly before its end is not asked all the time.
                return min(max(now + 1, end), max(now + Self.leastPause, end - lead - early))
            }
        case .failure(let failure):
            self.lastFailure = failure
            self.failures = min(self.failures + 1, 6)
            let pause = min(Int64(1) << self.failures, Self.longestPause)
            self.dueAt = now + max(1, Int64(Double(pause) * (0.5 + 0.5 * share)))
        }
        // A place whose continuation is still on its way goes too: `park` tells it how it ended.
        return self.removeWaiters()
    }
}
