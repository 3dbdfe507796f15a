import SluiceHTTP

/// Decides with which event a stream's answer to the client begins. A value without a clock.
///
/// Closed, a failure is another target's to mend, an error event included; open, it is the client's to see. The first event
/// with content opens it, or what the ``SluiceHTTP/CommitHold`` lets pass behind that; so does whatever ends an answer.
struct CommitGate {
    private let hold: CommitHold
    private(set) var isOpen = false
    private var hasContent = false
    private var eventsHeld = 0
    private var bytesHeld = 0
    private var contentBytesHeld = 0

    init(_ hold: CommitHold) {
        self.hold = hold
    }

    /// One event came. `isEnd`: it ends the answer, or says why it ended.
    mutating func take(hasContent: Bool, isEnd: Bool) {
        guard !self.isOpen else { return }
        if self.hasContent { self.eventsHeld += 1 }
        if hasContent { self.hasContent = true }
        self.isOpen =
            isEnd || (self.hasContent && self.hold.isNone)
            || (self.hold.events > 0 && self.eventsHeld >= self.hold.events)
    }

    /// So many bytes of the stream were read; their events were taken before.
    mutating func take(bytes count: Int) {
        guard !self.isOpen else { return }
        self.bytesHeld += count
        if self.hasContent { self.contentBytesHeld += count }
        self.isOpen =
            self.bytesHeld > max(CommitHold.limitBytes, self.hold.bytes)
            || (self.hasContent && self.hold.bytes > 0 && self.contentBytesHeld >= self.hold.bytes)
    }

    /// The time of the hold is over.
    mutating func open() {
        self.isOpen = true
    }
}
