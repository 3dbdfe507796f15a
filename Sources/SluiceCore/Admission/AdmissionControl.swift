/// Says whether a request may run now, by the limits and budgets of everybody and everything that it counts against.
///
/// Part of a snapshot: it knows the rules of one configuration. Called on the request's event loop; nothing here blocks.
public protocol AdmissionControl: Sendable {
    /// Decides at once, or says that the decision has to wait for others.
    ///
    /// - Parameters:
    ///   - request: who asks for what.
    ///   - facts: what is known of the model at the provider that the plan begins with. Asked for when it is not remembered.
    func decide(_ request: AdmissionRequest, facts: () -> AdmissionFacts) -> AdmissionStep
}

/// What is known of a model before a request is sent to it.
public struct AdmissionFacts: Sendable {
    /// The most tokens that it can write.
    public var maximumOutputTokens: Int?
    /// What it costs on the day of the request.
    public var price: ModelPrice?

    /// Names what is known.
    public init(maximumOutputTokens: Int? = nil, price: ModelPrice? = nil) {
        self.maximumOutputTokens = maximumOutputTokens
        self.price = price
    }
}

/// What a decision begins with.
public enum AdmissionStep: Sendable {
    /// It is made.
    case decided(AdmissionAnswer)
    /// It is made elsewhere, as in Redis.
    case pending(any PendingAdmission)
}

/// A decision that is made elsewhere.
public protocol PendingAdmission: Sendable {
    /// The decision, in bounded time.
    func answer() async -> AdmissionAnswer
}

/// What became of a request.
public enum AdmissionAnswer: Sendable {
    /// Nothing limits it, and nothing is to be settled.
    case unlimited
    /// It may run; its ticket is settled when it has ended.
    case admitted(any AdmissionTicket)
    /// It may not, and nothing was taken for it.
    case refused(AdmissionRefusal)
    /// A budget says that another model is to answer, and nothing was taken: the caller asks again for that one.
    case downgrade(to: String, because: String)
}

/// Why a request may not run, and what its client is told.
public struct AdmissionRefusal: Sendable {
    /// ``GatewayError/Kind/rateLimited``, ``GatewayError/Kind/quotaExhausted`` or ``GatewayError/Kind/limitsUnavailable``.
    public var error: GatewayError
    /// The rule that stood against it, as `60 requests per minute`, for the log.
    public var rule: String?
    /// Where the limits stand, for the header.
    public var limits: any LimitFields

    /// Makes a refusal.
    public init(error: GatewayError, rule: String? = nil, limits: any LimitFields) {
        self.error = error
        self.rule = rule
        self.limits = limits
    }
}
