/// One call of a script: what `EVALSHA` takes, its text for where the server does not know it yet.
public struct ScriptCall: Sendable, Hashable {
    /// The script's text, one of ``LimitScripts``.
    public let script: String
    /// The keys, all with one hash tag.
    public let keys: [String]
    /// The arguments.
    public let arguments: [String]
}

/// A reservation in Redis. Settle it with ``SharedCounts/settle(_:_:clock:)``; renew it while its request runs.
public struct SharedReservation: Sendable {
    /// Unique in the deployment.
    public let id: String
    let plan: AdmissionPlan
    let cost: AdmissionCost

    /// Whether there is anything to settle or to renew in Redis: a plan of limits on requests has nothing, and neither has
    /// what was admitted without asking.
    public var isHeld: Bool { !self.id.isEmpty && self.plan.items.contains { !$0.rule.isRequests } }

    /// What was admitted under an id that Redis may know.
    public init(id: String, plan: AdmissionPlan, cost: AdmissionCost) {
        self.id = id
        self.plan = plan
        self.cost = cost
    }

    /// What was admitted without asking Redis, which knows nothing of it.
    public init(unasked plan: AdmissionPlan, cost: AdmissionCost) {
        self.init(id: "", plan: plan, cost: cost)
    }
}

/// The counts that replicas share in one Redis: makes the calls of the scripts and reads their answers. It holds no
/// state.
public struct SharedCounts: Sendable {
    /// What a decision takes its time from.
    public enum Clock: Sendable {
        /// The server's time, the same for all replicas. The caller's own is used for the calendar of budgets alone.
        case server(caller: Moment)
        /// A time that is given, for tests.
        case given(Moment)

        var caller: Moment {
            switch self {
            case .server(let caller): caller
            case .given(let moment): moment
            }
        }

        var argument: String {
            switch self {
            case .server: "0"
            // The script takes 0 for the server's time.
            case .given(let moment): String(max(1, moment.microseconds))
            }
        }
    }

    /// The start of all keys, hash tag included.
    public let prefix: String
    /// How long a reservation lives that nobody settles or renews.
    public let lease: LimitWindow

    /// Makes the calls of one deployment. `deployment` stands in the hash tag; braces in it are left out.
    public init(deployment: String = "sluice", lease: LimitWindow = .minute) {
        self.prefix = "{" + deployment.filter { $0 != "{" && $0 != "}" } + "}:limits:"
        self.lease = lease
    }

    /// The call that decides over a plan.
    ///
    /// - Parameters:
    ///   - id: unique in the deployment: the request's id with the number of the decision.
    ///   - kept: balances from a store: a budget of which Redis knows nothing begins with them, and of one period the
    ///     larger amount counts.
    public func admit(
        _ plan: AdmissionPlan,
        cost: AdmissionCost,
        id: String,
        clock: Clock,
        isDowngraded: Bool = false,
        kept: [LimitKey: BudgetState] = [:]
    ) -> ScriptCall {
        var arguments = [clock.argument, id, String(self.lease.microseconds), isDowngraded ? "1" : "0"]
        arguments.reserveCapacity(4 + plan.items.count * 8)
        for item in plan.items {
            self.append(item, amount: item.rule.charge(of: cost), clock: clock, kept: kept[item.key], to: &arguments)
        }
        return ScriptCall(script: LimitScripts.admit, keys: self.keys(of: plan), arguments: arguments)
    }

    /// The call that takes `amount` of one rate in advance, for ``LeasedShare``.
    public func takeShare(_ amount: Int64, of rule: LimitRule, for subject: LimitSubject, clock: Clock) -> ScriptCall {
        let plan = AdmissionPlan([.limit(rule)], for: subject)
        var arguments = [clock.argument, "", "0", "0"]
        for item in plan.items {
            self.append(item, amount: LimitAmount.clamped(amount), clock: clock, kept: nil, to: &arguments)
        }
        return ScriptCall(script: LimitScripts.admit, keys: self.keys(of: plan), arguments: arguments)
    }

    /// The call that settles a reservation.
    public func settle(_ reservation: SharedReservation, _ settlement: Settlement, clock: Clock) -> ScriptCall {
        var arguments = [clock.argument, reservation.id]
        for item in reservation.plan.items {
            let reserved = item.rule.charge(of: reservation.cost)
            let actual = item.rule.charge(of: settlement, reserved: reserved)
            self.append(item, amount: actual, clock: clock, kept: nil, alerts: true, to: &arguments)
        }
        return ScriptCall(script: LimitScripts.settle, keys: self.keys(of: reservation.plan), arguments: arguments)
    }

    /// The call that begins the leases of running requests anew: all of a replica's in one, every third of a lease.
    public func renew(_ reservations: [SharedReservation], clock: Clock) -> ScriptCall {
        ScriptCall(
            script: LimitScripts.renew,
            keys: self.commonKeys,
            arguments: [clock.argument, String(self.lease.microseconds)] + reservations.map(\.id)
        )
    }

    /// The call that finds out whether decisions can be made.
    public func probe() -> ScriptCall {
        ScriptCall(script: LimitScripts.probe, keys: [self.prefix + "probe"], arguments: [])
    }

    private var commonKeys: [String] {
        [self.prefix + "leases", self.prefix + "reservations", self.prefix + "returned"]
    }

    private func keys(of plan: AdmissionPlan) -> [String] {
        self.commonKeys + plan.items.map { self.prefix + $0.key.text }
    }

    private func append(
        _ item: AdmissionPlan.Item,
        amount: Int64,
        clock: Clock,
        kept: BudgetState?,
        alerts: Bool = false,
        to arguments: inout [String]
    ) {
        var kind = "c"
        var (first, second) = (Int64(0), Int64(0))
        var (action, seed, parts) = ("0", "", "")
        switch item.rule {
        case .limit(let rule):
            switch rule.measure {
            case .requests(let window):
                kind = rule.isExact ? "l" : "r"
                first = rule.isExact ? window.microseconds : window.subWindow
            case .tokens(_, let window): (kind, first) = ("w", window.subWindow)
            case .concurrency: break
            }
        case .budget(let rule):
            kind = "b"
            let period = rule.calendar.interval(containing: clock.caller)
            (first, second) = (period.lowerBound.microseconds, period.upperBound.microseconds)
            switch rule.action {
            case .refuse: action = "0"
            case .warn: action = "1"
            case .downgrade: action = "2"
            }
            if let kept {
                let (from, until) = (kept.period.lowerBound.microseconds, kept.period.upperBound.microseconds)
                seed = "\(from),\(until),\(LimitAmount.clamped(kept.spent)),\(min(max(0, kept.alerted), 1000))"
            }
            if alerts {
                parts = rule.alertPermille.map { "\($0):\(LimitAmount.share($0, of: rule.amount))" }
                    .joined(separator: ",")
            }
        }
        arguments += [
            kind, String(item.rule.amount), String(amount), String(first), String(second), action, seed, parts,
        ]
    }
}
