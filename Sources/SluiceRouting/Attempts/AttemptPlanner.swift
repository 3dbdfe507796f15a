public import SluiceCore

/// Walks the plan of one request: which target next, whether to wait, when to give up.
///
/// The driver asks ``next(now:random:)`` and makes the attempt that it is given. Of each attempt it reports ``began(_:now:)``, then
/// ``answered(_:firstTokenNanoseconds:now:)`` when the answer has begun, and once one of
/// ``succeeded(_:firstTokenNanoseconds:perOutputTokenNanoseconds:now:)``, ``failed(_:_:now:)``, ``abandoned(_:now:)`` and
/// ``excluded(_:now:)``. After a failure it asks again. What was not reported when the planner goes is abandoned, so that no count of
/// a target leaks.
///
/// It decides and keeps count, and does no IO. One task uses it.
public struct AttemptPlanner: ~Copyable {
    /// The most attempts of a request, whatever the configuration says.
    static let attemptLimit = 64
    let table: ModelTable
    let request: RoutingRequest
    let deadline: MonotonicTime
    private let root: AttemptPlan

    /// The plan of the entry that is being tried: the request's own, then those of its fallbacks.
    public internal(set) var plan: AttemptPlan
    /// What failed last.
    public private(set) var lastFault: Fault?
    /// The attempts that were made; what was excluded is none.
    public internal(set) var attemptCount = 0

    // Within the entry that is being tried.
    /// Failed in this round, with all their credentials.
    var failed = LeafSet()
    /// Never again in this entry.
    var barred = LeafSet()
    var running = LeafSet()
    /// Credentials that were refused or limited in this round.
    var usedCredentials: [UsedCredential] = []
    /// When vendors want targets to be asked again.
    private var notBefore: [(leaf: Int, time: MonotonicTime)] = []
    var attemptsInEntry = 0
    private var round = 0
    private var isRepeating = false
    /// Why there is no further attempt in this entry, if so.
    private var entryEnd: GiveUpReason?

    // Of the request.
    var open: [OpenAttempt] = []
    var askedProviders: [Int] = []
    private var readyAt: MonotonicTime?
    private var fallbackKind: FallbackKind?
    private var enteredBy: FallbackKind?
    private var visited: [ModelTable.Destination] = []
    private var visitedEntries: [Int?] = []
    private var end: GiveUpReason?
    private var hadLastResort = false
    var budgetDenied = false
    private var deadlineDenied = false
    /// The latest moment that the driver named, for what is abandoned at the end.
    var latest: MonotonicTime

    /// A credential that was refused or limited, on a target.
    struct UsedCredential: Equatable {
        var leaf: Int
        var credential: Int
    }

    /// An attempt that was handed out.
    struct OpenAttempt {
        let tree: TargetTree
        let leaf: Int
        let credential: Int
        let isTargetProbe: Bool
        let isCredentialProbe: Bool
        /// Whether it was taken from the provider's retry budget; else it counts as the provider's traffic.
        let isProviderRetry: Bool
        var startedAt: MonotonicTime
        var hasAnswered = false
        var isSettled = false
        /// Whether the entry that it belongs to is the one that is being tried.
        var isOfCurrentEntry = true
    }

    /// Makes the planner of one request.
    ///
    /// - Parameters:
    ///   - plan: what the request's model resolves to.
    ///   - table: where fallbacks are found.
    ///   - deadline: no attempt begins and no wait ends at or after it.
    public init(
        _ plan: AttemptPlan,
        table: ModelTable,
        request: RoutingRequest,
        deadline: MonotonicTime = .distantFuture,
        now: MonotonicTime
    ) {
        self.plan = plan
        self.root = plan
        self.table = table
        self.request = request
        self.deadline = deadline
        self.latest = now
        self.visitedEntries = [plan.entry]
    }

    deinit {
        for attempt in self.open where !attempt.isSettled { attempt.abandon(now: self.latest) }
    }

    /// What to do next.
    public mutating func next(now: MonotonicTime, random: inout RandomSource) -> Step {
        self.latest = max(self.latest, now)
        // Each turn leaves the loop, begins a round or enters a fallback; both are bounded.
        while true {
            if let end = self.end { return .giveUp(end) }
            guard now < self.deadline else { return .giveUp(.deadline) }
            if let readyAt = self.readyAt {
                guard now >= readyAt else { return .wait(nanoseconds: readyAt - now) }
                self.readyAt = nil
            }
            if self.mayTryMore {
                if let attempt = self.pick(origin: self.origin, now: now, random: &random) {
                    return .attempt(attempt)
                }
                if self.beginRound(now: now, random: &random) { continue }
            }
            if self.enterFallback() { continue }
            if self.mayTryMore, !self.hadLastResort {
                self.hadLastResort = true
                if let attempt = self.pickLastResort(now: now) { return .attempt(attempt) }
            }
            return .giveUp(self.giveUpReason)
        }
    }

    /// Another attempt beside those that run, at a target that none of them uses; `nil` when there is none or the request may
    /// not be made twice. It is reported like all others.
    public mutating func hedge(now: MonotonicTime, random: inout RandomSource) -> Attempt? {
        self.latest = max(self.latest, now)
        guard !self.request.isActing, self.end == nil, self.mayTryMore, now < self.deadline else { return nil }
        return self.pick(origin: .hedge, now: now, random: &random)
    }

    /// Takes in what a fault means for what comes next.
    mutating func take(_ fault: Fault, of attempt: OpenAttempt, now: MonotonicTime) {
        self.lastFault = fault
        if self.request.isActing, !fault.mayRepeatAction {
            self.end = .acted
            return
        }
        if fault.kind == .rejected, fault.vendorAllowsRetry != true {
            self.end = .final
            return
        }
        guard attempt.isOfCurrentEntry else { return }
        self.fallbackKind = fault.fallbackKind
        if !self.plan.retry.allows(fault, afterNanoseconds: now - attempt.startedAt) {
            self.entryEnd = fault.fallbackKind == .default ? .policy : .final
        }
        let leaf = attempt.leaf
        switch fault.blame {
        case .credential, .credentialOnTarget:
            self.usedCredentials.append(UsedCredential(leaf: leaf, credential: attempt.credential))
            let used = self.usedCredentials.count { $0.leaf == leaf }
            if used >= self.plan.tree.leaves[leaf].providerHealth.credentials.count { self.failed.insert(leaf) }
        case .target, .nobody:
            self.failed.insert(leaf)
            if let time = fault.retryAfterNanoseconds { self.notBefore.append((leaf, now + time)) }
        }
        if fault.vendorAllowsRetry == false { self.barred.insert(leaf) }
    }

    private var mayTryMore: Bool {
        self.entryEnd == nil && self.attemptsInEntry < (self.plan.retry.attempts ?? .max)
            && self.attemptCount < Self.attemptLimit
    }

    private var origin: Attempt.Origin {
        if self.attemptsInEntry == 0, let kind = self.enteredBy { return .fallback(kind) }
        if self.attemptCount == 0 { return .first }
        return self.isRepeating ? .again : .next
    }

    private var giveUpReason: GiveUpReason {
        if let reason = self.entryEnd { return reason }
        if self.budgetDenied { return .budget }
        if self.deadlineDenied { return .deadline }
        return self.attemptCount == 0 && self.lastFault == nil ? .nothingServes : .exhausted
    }

    /// Begins another round over the targets that failed, after a wait; only where the policy has a number of attempts.
    private mutating func beginRound(now: MonotonicTime, random: inout RandomSource) -> Bool {
        let repeatable = self.failed.subtracting(self.barred).subtracting(self.running)
        guard self.plan.retry.attempts != nil, !repeatable.isEmpty, !self.budgetDenied else { return false }
        var earliest = MonotonicTime.distantFuture
        for leaf in self.plan.tree.leaves.indices where repeatable.contains(leaf) {
            let found = self.plan.tree.leaves[leaf]
            // What an open breaker keeps away is not waited for.
            guard found.health.opensAt <= now.nanoseconds || !found.providerHealth.settings.breaker.isOn else {
                continue
            }
            var time = found.credentialFreeAt(now: now)
            for wish in self.notBefore where wish.leaf == leaf { time = max(time, wish.time) }
            earliest = min(earliest, time)
        }
        guard earliest != .distantFuture, earliest - now <= self.plan.retry.retryAfterLimitNanoseconds else {
            return false
        }
        let readyAt = max(earliest, now + self.plan.retry.backoff(round: self.round, random: &random))
        guard readyAt < self.deadline else {
            self.deadlineDenied = true
            return false
        }
        self.round += 1
        self.isRepeating = true
        self.failed = LeafSet()
        self.usedCredentials.removeAll(keepingCapacity: true)
        self.notBefore.removeAll { $0.time <= readyAt }
        for wish in self.notBefore { self.failed.insert(wish.leaf) }
        self.readyAt = readyAt
        return true
    }

    /// Goes on to the next fallback of the kind that the last fault asks for: of the request's own entry, each once.
    private mutating func enterFallback() -> Bool {
        guard self.attemptCount < Self.attemptLimit else { return false }
        let kind = self.fallbackKind ?? .default
        for destination in self.root.fallbacks[kind] where !self.visited.contains(destination) {
            self.visited.append(destination)
            guard let plan = self.table.resolve(destination, clientModel: self.root.model),
                plan.entry == nil || !self.visitedEntries.contains(plan.entry)
            else { continue }
            self.visitedEntries.append(plan.entry)
            self.enter(plan, by: kind)
            return true
        }
        return false
    }

    private mutating func enter(_ plan: AttemptPlan, by kind: FallbackKind) {
        for index in self.open.indices { self.open[index].isOfCurrentEntry = false }
        self.plan = plan
        self.enteredBy = kind
        self.failed = LeafSet()
        self.barred = LeafSet()
        self.running = LeafSet()
        self.usedCredentials.removeAll(keepingCapacity: true)
        self.notBefore.removeAll(keepingCapacity: true)
        self.attemptsInEntry = 0
        self.round = 0
        self.isRepeating = false
        self.entryEnd = nil
        self.budgetDenied = false
        self.deadlineDenied = false
    }
}
