import SluiceWire

/// How much of an answer passed, counted as cheaply as can be: events with content, and the bytes of their text.
struct DeliveredContent: Equatable {
    private(set) var events = 0
    private(set) var bytes = 0

    @inline(__always)
    mutating func add(bytes: Int) {
        self.events &+= 1
        self.bytes &+= bytes
    }

    /// What passed after `earlier`.
    func since(_ earlier: DeliveredContent) -> DeliveredContent {
        var rest = DeliveredContent()
        rest.events = self.events - earlier.events
        rest.bytes = self.bytes - earlier.bytes
        return rest
    }
}

/// What is known of an answer's usage when it ends, in whatever way.
struct AnswerTally {
    /// How many bytes of a whole reply are taken to be no text of the model's.
    private static let envelopeBytes = 256

    /// What the provider reported last.
    var reported: TokenUsage?
    /// The content that came after that, or all of it where nothing was reported.
    var unreported = DeliveredContent()
    /// How much came of a whole reply, which is not read in passing.
    private var wholeBytes = 0

    /// What is known of a stream.
    init(reported: TokenUsage? = nil, unreported: DeliveredContent = DeliveredContent()) {
        self.reported = reported
        self.unreported = unreported
    }

    /// What is known of a whole reply: its usage, and how much of it came.
    init(reported: TokenUsage?, wholeBytes: Int) {
        self.reported = reported
        self.wholeBytes = wholeBytes
    }

    /// An estimate of the output that no report tells of.
    var unreportedTokens: Int {
        if self.wholeBytes > 0 {
            return self.reported == nil
                ? TokenEstimate.tokens(ofContentBytes: max(0, self.wholeBytes - Self.envelopeBytes), events: 0) : 0
        }
        return TokenEstimate.tokens(ofContentBytes: self.unreported.bytes, events: self.unreported.events)
    }
}
