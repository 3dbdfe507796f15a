/// Whose turn it is on one HTTP/1.1 connection: one request at a time, answers in order, and what follows an answer.
///
/// Requests that a client pipelines are queued by the driver, which reads no more until the queue is empty.
struct HTTP1ServerStateMachine: ~Copyable {
    private enum State {
        /// Between requests. → exchanging, closed.
        case idle
        /// A request is being read or answered. → idle, lingering, closed.
        case exchanging(isRequestComplete: Bool, keepAlive: Bool)
        /// The answer went out before the request was complete; the rest is read and dropped, so that closing does not
        /// destroy the answer on its way (RFC 9112, section 9.6). → closed.
        case lingering
        /// Nothing comes any more.
        case closed
    }

    enum PartAction: Equatable {
        case startExchange
        case deliver
        case queue
        case drop
    }

    enum EndAction: Equatable {
        /// The connection is free for the next request.
        case next
        /// Close at once; nothing of the client's is on its way.
        case close
        /// Close the sending side, drop what comes, then close.
        case linger
        case none
    }

    enum CloseAction: Equatable {
        case close
        case wait
    }

    private var state = State.idle
    private var isQuiescing = false

    var isIdle: Bool {
        if case .idle = self.state { return true }
        return false
    }

    var isReadingBody: Bool {
        if case .exchanging(isRequestComplete: false, _) = self.state { return true }
        return false
    }

    /// Whether the answer that is begun now leaves the connection open.
    var keepsAlive: Bool {
        if case .exchanging(_, let keepAlive) = self.state { return keepAlive && !self.isQuiescing }
        return false
    }

    mutating func receiveHead(keepAlive: Bool, hasQueue: Bool) -> PartAction {
        switch self.state {
        case .idle where !hasQueue:
            self.state = .exchanging(isRequestComplete: false, keepAlive: keepAlive)
            return .startExchange
        case .idle, .exchanging: return .queue
        case .lingering, .closed: return .drop
        }
    }

    mutating func receiveBody() -> PartAction {
        switch self.state {
        case .exchanging(isRequestComplete: false, _): return .deliver
        case .exchanging, .idle: return .queue
        case .lingering, .closed: return .drop
        }
    }

    mutating func receiveEnd() -> PartAction {
        switch self.state {
        case .exchanging(isRequestComplete: false, let keepAlive):
            self.state = .exchanging(isRequestComplete: true, keepAlive: keepAlive)
            return .deliver
        case .exchanging, .idle: return .queue
        case .lingering, .closed: return .drop
        }
    }

    /// The bytes are no HTTP: says whether an answer can still be given.
    mutating func receiveGarbage() -> PartAction {
        switch self.state {
        case .idle:
            self.state = .exchanging(isRequestComplete: false, keepAlive: false)
            return .startExchange
        case .exchanging(let isRequestComplete, _):
            // The answer to the request before it, or to the one that is broken, ends the connection.
            self.state = .exchanging(isRequestComplete: isRequestComplete, keepAlive: false)
            return isRequestComplete ? .drop : .deliver
        case .lingering, .closed: return .drop
        }
    }

    /// The connection shall end with this answer.
    mutating func forbidKeepAlive() {
        if case .exchanging(let isRequestComplete, _) = self.state {
            self.state = .exchanging(isRequestComplete: isRequestComplete, keepAlive: false)
        }
    }

    mutating func answerEnded() -> EndAction {
        switch self.state {
        case .exchanging(isRequestComplete: true, let keepAlive):
            if keepAlive, !self.isQuiescing {
                self.state = .idle
                return .next
            }
            self.state = .closed
            return .close
        case .exchanging(isRequestComplete: false, _):
            self.state = .lingering
            return .linger
        case .idle, .lingering, .closed: return .none
        }
    }

    mutating func quiesce() -> CloseAction {
        self.isQuiescing = true
        guard case .idle = self.state else { return .wait }
        self.state = .closed
        return .close
    }

    mutating func close() {
        self.state = .closed
    }
}
