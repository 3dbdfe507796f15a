/// What limits and budgets look at of a request, before it is sent anywhere.
public struct AdmissionRequest: Sendable {
    /// Who asks; `nil` where no key is needed and none was sent.
    public var principal: Principal?
    /// The name or the pattern of the model table that decided; never a text that a client made up.
    public var model: String
    /// The name of the provider that the plan begins with.
    public var provider: String
    /// The name by which that provider knows the model. A client may have chosen it.
    public var targetModel: String
    /// The estimate of the prompt.
    public var inputTokens: Int
    /// The most tokens that the client lets the answer have, where it says so.
    public var outputTokenLimit: Int?
    /// How many answers are asked for.
    public var choices: Int
    /// Whether the model writes tokens at all: vectors, orders and counts have none.
    public var hasOutput: Bool
    /// Whether this is the other model of a budget that asked for one.
    public var isDowngraded: Bool
    /// The event loop, by its index.
    public var loop: Int
    /// The time, in nanoseconds since 1970.
    public var now: Int64

    /// Makes a request; what is left out is as for the shortest one.
    public init(
        principal: Principal?,
        model: String,
        provider: String,
        targetModel: String,
        inputTokens: Int = 0,
        outputTokenLimit: Int? = nil,
        choices: Int = 1,
        hasOutput: Bool = true,
        isDowngraded: Bool = false,
        loop: Int = 0,
        now: Int64
    ) {
        self.principal = principal
        self.model = model
        self.provider = provider
        self.targetModel = targetModel
        self.inputTokens = inputTokens
        self.outputTokenLimit = outputTokenLimit
        self.choices = choices
        self.hasOutput = hasOutput
        self.isDowngraded = isDowngraded
        self.loop = loop
        self.now = now
    }
}
