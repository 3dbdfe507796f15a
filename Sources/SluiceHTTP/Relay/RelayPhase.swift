import NIOCore

/// Where an attempt stands, and when it has stood there too long. A value without a clock.
struct RelayPhase {
    enum Name: String {
        case firstByte = "first byte"
        case firstEvent = "first event"
        case firstContent = "first content"
        case idle = "next byte"
    }

    private(set) var name = Name.firstByte
    private let timeouts: RelayTimeouts
    private let totalDeadline: NIODeadline
    private let sentAt: NIODeadline
    private var headAt = NIODeadline.distantPast

    init(timeouts: RelayTimeouts, exchangeStart: NIODeadline, sentAt: NIODeadline) {
        self.timeouts = timeouts
        self.sentAt = sentAt
        self.totalDeadline = exchangeStart + timeouts.total
    }

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

    /// What passed when a deadline of this phase came.
    func error(now: NIODeadline) -> UpstreamError {
        if now >= self.totalDeadline {
            return UpstreamError(.timeout, "The request took longer than it may in all.")
        }
        return UpstreamError(.timeout, "The \(self.name.rawValue) of the upstream's answer did not come in time.")
    }
}
