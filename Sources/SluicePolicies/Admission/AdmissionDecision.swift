/// What the limits and budgets say of a request. What it holds is a ``Reservation`` or a ``SharedReservation``.
public enum AdmissionDecision<Held: Sendable>: Sendable {
    /// It may run. The reservation is settled when it ends.
    case admitted(Admission<Held>)
    /// It may not, and nothing was taken for it.
    case refused(LimitRefusal)
    /// It may run with another model only, and nothing was taken for it: the caller asks again for that one, and says
    /// so.
    case downgrade(to: String, budget: BudgetRule)
}

/// What an admitted request is told and holds.
public struct Admission<Held: Sendable>: Sendable {
    /// What it holds.
    public let reservation: Held
    /// The limit on requests of which the least is left, after this one.
    public let requests: LimitStatus?
    /// The limit on tokens of which the least is left, after this one.
    public let tokens: LimitStatus?
    /// The budgets that it goes beyond, but that do not refuse.
    public let warnings: [BudgetRule]

    /// Makes the admission of a request for which nothing is known of limits.
    @inlinable
    public init(
        reservation: Held,
        requests: LimitStatus? = nil,
        tokens: LimitStatus? = nil,
        warnings: [BudgetRule] = []
    ) {
        self.reservation = reservation
        self.requests = requests
        self.tokens = tokens
        self.warnings = warnings
    }

    /// The same with what is held in other words.
    @inlinable
    public func map<Other: Sendable>(_ transform: (Held) -> Other) -> Admission<Other> {
        Admission<Other>(
            reservation: transform(self.reservation), requests: self.requests, tokens: self.tokens,
            warnings: self.warnings)
    }
}

extension AdmissionDecision {
    /// The same decision with what is held in other words.
    @inlinable
    public func map<Other: Sendable>(_ transform: (Held) -> Other) -> AdmissionDecision<Other> {
        switch self {
        case .admitted(let admission): .admitted(admission.map(transform))
        case .refused(let refusal): .refused(refusal)
        case .downgrade(let model, let budget): .downgrade(to: model, budget: budget)
        }
    }
}

/// Why a request was refused.
public struct LimitRefusal: Sendable {
    /// What stood against it.
    public enum Cause: Sendable, Hashable {
        /// A limit or a budget: of several the one that keeps it waiting longest.
        case rule(AdmissionRule)
        /// As many counts are kept as may be, and none is idle.
        case tooManySubjects
        /// The counts are elsewhere and cannot be asked, and the configuration refuses what cannot be counted.
        case countsUnavailable
    }

    /// What stood against it.
    public let cause: Cause
    /// Whose count that is; no names where there is none.
    public let subject: LimitSubject
    /// When it would be admitted.
    public let wait: LimitWait
    /// The limit on requests of which the least is left.
    public let requests: LimitStatus?
    /// The limit on tokens of which the least is left.
    public let tokens: LimitStatus?

    /// The refusal where counts cannot be asked: try again in a second.
    public static let countsUnavailable = LimitRefusal(
        cause: .countsUnavailable, subject: LimitSubject(), wait: .after(1_000_000), requests: nil, tokens: nil)
}

extension LimitRefusal {
    /// Whether a budget stood against it, which is `insufficient_quota` to OpenAI's clients.
    public var isBudget: Bool {
        if case .rule(.budget) = self.cause { true } else { false }
    }

    /// In how many milliseconds to try again, rounded up; `nil` where trying again is of no use.
    public var retryAfterMilliseconds: Int64? {
        switch self.wait {
        case .after(let microseconds): (microseconds + 999) / 1000
        case .whenFreed: 1000
        case .never: nil
        }
    }

    /// What a client is told: the limit, the level, and what to do. It holds no key.
    public var message: String {
        let rule: AdmissionRule
        switch self.cause {
        case .rule(let told): rule = told
        case .tooManySubjects: return "The gateway counts for as many callers as it may. Try again in a second."
        case .countsUnavailable: return "The gateway cannot check limits at the moment. Try again in a second."
        }
        let level = "\(rule.level)".split(separator: "+").joined(separator: " and ")
        let names = LimitLevel.names.filter { $0.level != .key && rule.level.contains($0.level) }
            .compactMap { self.subject[$0.level] }
        let whose = names.isEmpty ? "this \(level)" : "this \(level) (\(names.joined(separator: ", ")))"
        switch rule {
        case .limit(let limit):
            return self.message(of: limit, for: whose)
        case .budget(let budget):
            return "The budget of \(budget) for \(whose) is used up. \(self.budgetAdvice)"
        }
    }

    private func message(of limit: LimitRule, for whose: String) -> String {
        let reached = "The limit of \(limit) for \(whose) is reached."
        switch self.wait {
        case .after(let microseconds): return "\(reached) Try again in \(DurationText.goStyle(microseconds))."
        case .whenFreed: return "\(reached) Try again when another request has ended."
        case .never:
            guard case .tokens = limit.measure else { return "The limit of \(limit) for \(whose) allows nothing." }
            return "This request asks for more at once than the limit of \(limit) for \(whose) allows. "
                + "Shorten it, or ask for fewer output tokens."
        }
    }

    private var budgetAdvice: String {
        switch self.wait {
        case .after(let microseconds): "It begins anew in \(DurationText.goStyle(microseconds))."
        case .whenFreed: "Part of it may come back when running requests have ended."
        case .never: "This request does not fit into what is left; it will not by waiting."
        }
    }
}
