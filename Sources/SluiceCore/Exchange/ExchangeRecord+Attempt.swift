public import SluiceWire

/// What an exchange's log line and metrics say of its answer is what its ``ExchangeRecord/attempt`` says.
extension ExchangeRecord {
    /// The provider of the last attempt.
    public var provider: String? {
        get { self.attempt.provider }
        set { self.attempt.provider = newValue }
    }
    /// The model name that the provider was asked for.
    public var targetModel: String? {
        get { self.attempt.targetModel }
        set { self.attempt.targetModel = newValue }
    }
    /// The status that the upstream gave in the last attempt; 0 when there was none.
    public var upstreamStatus: Int {
        get { self.attempt.upstreamStatus }
        set { self.attempt.upstreamStatus = newValue }
    }
    /// From sending to the upstream's response head in the last attempt, in nanoseconds.
    public var upstreamNanoseconds: Int64? {
        get { self.attempt.upstreamNanoseconds }
        set { self.attempt.upstreamNanoseconds = newValue }
    }
    /// From the first byte of the request to the first byte of the answer's body, in nanoseconds.
    public var timeToFirstByteNanoseconds: Int64? {
        get { self.attempt.timeToFirstByteNanoseconds }
        set { self.attempt.timeToFirstByteNanoseconds = newValue }
    }
    /// The tokens of the last attempt.
    public var usage: TokenUsage? {
        get { self.attempt.usage }
        set { self.attempt.usage = newValue }
    }
    /// Whether the answer was an event stream.
    public var isStreamed: Bool {
        get { self.attempt.isStreamed }
        set { self.attempt.isStreamed = newValue }
    }
    /// How many events of the upstream's stream were relayed.
    public var streamEvents: Int {
        get { self.attempt.streamEvents }
        set { self.attempt.streamEvents = newValue }
    }
    /// How many bytes of the upstream's stream were relayed.
    public var streamBytes: Int {
        get { self.attempt.streamBytes }
        set { self.attempt.streamBytes = newValue }
    }
    /// Why the model stopped, in the provider's word.
    public var finishReason: String? {
        get { self.attempt.finishReason }
        set { self.attempt.finishReason = newValue }
    }
    /// What the conversion between two dialects could not carry.
    public var losses: ConversionLosses {
        get { self.attempt.losses }
        set { self.attempt.losses = newValue }
    }
    /// The code of the upstream's failure in the last attempt, when it was the upstream that failed.
    public var upstreamErrorType: String? {
        get { self.attempt.upstreamErrorType }
        set { self.attempt.upstreamErrorType = newValue }
    }
    /// Whether the client left and the answer was read to its end all the same: ``usage`` is then all of it.
    public var isDrained: Bool {
        get { self.attempt.isDrained }
        set { self.attempt.isDrained = newValue }
    }
}
