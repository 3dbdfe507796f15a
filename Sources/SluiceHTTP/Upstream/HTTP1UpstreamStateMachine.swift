/// One HTTP/1.1 connection to an upstream: one request at a time, and whether the connection can be used again.
struct HTTP1UpstreamStateMachine: ~Copyable {
    private enum State {
        /// In the pool. → waiting, closed.
        case idle
        /// A request is out, no byte of the answer came. → answering, closed.
        case waiting
        /// The head came. → idle, closed.
        case answering(keepAlive: Bool)
        /// → nothing.
        case closed
    }

    enum EndAction: Equatable {
        case release, close, ignore
    }

    enum FailAction: Equatable {
        /// Nobody waits: the pool forgets the connection.
        case forget
        case failBeforeAnswer
        case failWithinAnswer
        case ignore
    }

    private var state = State.idle

    /// Whether the connection can take a request.
    var isIdle: Bool {
        if case .idle = self.state { return true }
        return false
    }

    /// Whether nothing of it is wanted any more.
    var isClosed: Bool {
        if case .closed = self.state { return true }
        return false
    }

    mutating func send() -> Bool {
        guard case .idle = self.state else { return false }
        self.state = .waiting
        return true
    }

    mutating func receiveHead(keepAlive: Bool) -> Bool {
        guard case .waiting = self.state else { return false }
        self.state = .answering(keepAlive: keepAlive)
        return true
    }

    mutating func receiveEnd(isRequestSent: Bool) -> EndAction {
        guard case .answering(let keepAlive) = self.state else { return .ignore }
        if keepAlive, isRequestSent {
            self.state = .idle
            return .release
        }
        self.state = .closed
        return .close
    }

    /// The connection closed, or what came is no HTTP.
    mutating func fail() -> FailAction {
        switch self.state {
        case .idle:
            self.state = .closed
            return .forget
        case .waiting:
            self.state = .closed
            return .failBeforeAnswer
        case .answering:
            self.state = .closed
            return .failWithinAnswer
        case .closed:
            return .ignore
        }
    }

    mutating func cancel() {
        self.state = .closed
    }
}
