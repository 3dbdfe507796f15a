public import SluiceWire

/// What is known of one attempt: one try of one target for an exchange.
///
/// It holds no prompt, answer, key or header value. Times are monotonic nanoseconds.
public struct AttemptRecord: Sendable, Equatable {
    /// The provider's name; `nil` while there was no attempt.
    public var provider: String?
    /// The model name that the provider was asked for.
    public var targetModel: String?
    /// The dialect that it was asked in.
    public var dialect: Dialect?
    /// Why this target was tried.
    public var reason = AttemptReason.first
    /// How it ended, once it has.
    public var outcome: AttemptOutcome?
    /// From the first byte of the request to the beginning of the attempt, in nanoseconds.
    public var startNanoseconds: Int64 = 0
    /// From the beginning of the attempt to its end, in nanoseconds; 0 while it runs.
    public var durationNanoseconds: Int64 = 0
    /// Whether the request was sent, or about to be: the provider may have worked for it from here on.
    public var wasSent = false
    /// The status that the upstream gave; 0 when there was none.
    public var upstreamStatus = 0
    /// From sending to the upstream's response head, in nanoseconds.
    public var upstreamNanoseconds: Int64?
    /// From the first byte of the request to the first byte of the answer's body, in nanoseconds.
    public var timeToFirstByteNanoseconds: Int64?
    /// The tokens: reported, else counted or estimated, as ``usageSource`` says; `nil` where nothing is known, or was used.
    public var usage: TokenUsage?
    /// Where ``usage`` comes from.
    public var usageSource: UsageSource?
    /// What it cost, once it has ended; `nil` where nothing was used, or nobody knows the price and none is put in its place.
    public var cost: AttemptCost?
    /// Whether tokens were used and nobody knows their price.
    public var isPriceUnknown = false
    /// Whether the answer was an event stream.
    public var isStreamed = false
    /// How many events of the upstream's stream were relayed.
    public var streamEvents = 0
    /// How many bytes of the upstream's stream were relayed.
    public var streamBytes = 0
    /// Whether the client left and the answer was read to its end all the same: ``usage`` is then all of it.
    public var isDrained = false
    /// Why the model stopped, in the provider's word.
    public var finishReason: String?
    /// What the conversion between two dialects could not carry.
    public var losses = ConversionLosses()
    /// The code of the upstream's failure, when it was the upstream that failed.
    public var upstreamErrorType: String?

    /// Makes an empty record.
    public init() {}
}

/// Why an attempt was made. The raw value stands in logs, metrics and `x-sluice-attempts`.
public enum AttemptReason: String, Sendable, CaseIterable {
    /// The first choice of the model's strategy.
    case first
    /// Another attempt within the model, after one that failed.
    case retry
    /// The model's fallback.
    case fallback
    /// A second attempt beside a first that was slow to begin.
    case hedge
}

/// How an attempt ended. The raw value stands in logs and metrics.
public enum AttemptOutcome: String, Sendable, CaseIterable {
    /// It gave the client its answer, whole.
    case answered
    /// The provider refused it.
    case refused
    /// It could not be made, or broke.
    case failed
    /// It was given up because another attempt was faster.
    case overtaken
    /// The client left.
    case abandoned
}
