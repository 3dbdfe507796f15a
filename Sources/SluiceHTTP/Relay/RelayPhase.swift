import NIOCore

/// Where an attempt stands, what is due next, and when it has stood there too long. A value without a clock.
struct RelayPhase {
    enum Name: String {
        case firstByte = "first byte"
        case firstEvent = "first event"
        case firstContent = "first content"
        case idle = "next byte"
    }

    /// What a deadline that passed asks for.
    enum Due {
        /// A stream was held back long enough.
        case commit
        /// The client was told nothing for long.
        case ping
        /// What the attempt waits for did not come.
        case expiry
    }

    private(set) var name = Name.firstByte
    private let timeouts: RelayTimeouts
    private let totalDeadline: NIODeadline
    private let sentAt: NIODeadline
    private var headAt = NIODeadline.distantPast
    private var expiry: NIODeadline
    /// Set while a stream that has said something is held back.
    private var commitAt: NIODeadline?
    private var holdsContent = false
    /// Set while a stream is on its way to the client.
    private var pingAt: NIODeadline?

    init(timeouts: RelayTimeouts, exchangeStart: NIODeadline, sentAt: NIODeadline) {
        self.timeouts = timeouts
        self.sentAt = sentAt
        self.totalDeadline = exchangeStart + timeouts.total
        self.expiry = min(sentAt + timeouts.firstByte, self.totalDeadline)
    }

    // MARK: What happens

    mutating func headArrived(isStream: Bool, now: NIODeadline) {
        self.headAt = now
        self.name = isStream ? .firstEvent : .idle
    }

    mutating func eventArrived() {
        if self.name == .firstEvent { self.name = .firstContent }
    }

    mutating func contentArrived() {
        self.name = .idle
    }

    /// An event came that is held back.
    mutating func held(hasContent: Bool, now: NIODeadline) {
        if hasContent, !self.holdsContent {
            self.holdsContent = true
            self.commitAt = now + self.timeouts.hold.longest
        } else if self.commitAt == nil {
            self.commitAt = now + CommitHold.startUp
        }
    }

    /// The answer to the client has begun; a stream has pings from here on.
    mutating func committed(isStream: Bool, now: NIODeadline) {
        self.commitAt = nil
        if isStream, self.timeouts.ping > .zero { self.pingAt = now + self.timeouts.ping }
    }

    /// No more pings: the terminal event is out, or the client is gone.
    mutating func stopPings() {
        self.pingAt = nil
    }

    /// Something was read, or may be read again: waiting begins anew.
    mutating func restart(now: NIODeadline) {
        self.expiry = self.deadline(now: now)
        self.pinged(now: now)
    }

    /// A ping went out, or could not: the next one is due an interval later. The wait for the upstream goes on.
    mutating func pinged(now: NIODeadline) {
        if self.pingAt != nil { self.pingAt = now + self.timeouts.ping }
    }

    // MARK: What is due

    /// When the phase is over if nothing comes after `now`.
    func deadline(now: NIODeadline) -> NIODeadline {
        let phase =
            switch self.name {
            case .firstByte: self.sentAt + self.timeouts.firstByte
            case .firstEvent: self.headAt + self.timeouts.firstEvent
            case .firstContent: min(self.headAt + self.timeouts.firstContent, now + self.timeouts.idle)
            case .idle: now + self.timeouts.idle
            }
        return min(phase, self.totalDeadline)
    }

    /// The next moment at which something is due. A client that takes nothing has no pings.
    func next(isPaused: Bool) -> NIODeadline {
        var next = self.expiry
        if let commitAt = self.commitAt { next = min(next, commitAt) }
        if let pingAt = self.pingAt, !isPaused { next = min(next, pingAt) }
        return next
    }

    /// What is due at a deadline that passed.
    func due(now: NIODeadline, isPaused: Bool) -> Due {
        if now >= self.expiry { return .expiry }
        if let commitAt = self.commitAt, now >= commitAt { return .commit }
        if let pingAt = self.pingAt, !isPaused, now >= pingAt { return .ping }
        return .expiry
    }

    /// What passed when a deadline of this phase came.
    func error(now: NIODeadline) -> UpstreamError {
        if now >= self.totalDeadline {
            return UpstreamError(.timeout, "The request took longer than it may in all.")
        }
        return UpstreamError(.timeout, "The \(self.name.rawValue) of the upstream's answer did not come in time.")
    }
}
