import SluiceCore

/// Decides whether a connection may be tried now. When a server is away, one try at a time is made after each wait, and all
/// who come between are told so at once.
struct ConnectGate: Sendable {
    private enum State {
        /// The last try succeeded, or none was made: everybody may connect. Leads to `down` by a failure.
        case up
        /// The last try failed: nobody may connect before the moment. Leads to `probing` by the first who comes after it.
        case down(until: MonotonicTime, StoreError)
        /// One tries. Leads to `up` or `down`.
        case probing(StoreError)
    }

    private var state = State.up
    private var backoff: Backoff

    init(backoff: Backoff = Backoff()) {
        self.backoff = backoff
    }

    /// The last failure, while the server is believed to be away.
    var failure: StoreError? {
        switch self.state {
        case .up: nil
        case .down(_, let error), .probing(let error): error
        }
    }

    /// `nil` when the caller may try, and then has to say how it went; else why not.
    mutating func admit(now: MonotonicTime) -> StoreError? {
        switch self.state {
        case .up: return nil
        case .probing(let error): return error
        case .down(let until, let error):
            guard now >= until else { return error }
            self.state = .probing(error)
            return nil
        }
    }

    /// A try succeeded.
    mutating func succeeded() {
        self.state = .up
        self.backoff.succeeded()
    }

    /// A try failed. `fraction` is random, 0 to 1. Failures of tries that ran at the same time count as one.
    mutating func failed(_ error: StoreError, now: MonotonicTime, fraction: Double) {
        if case .down = self.state { return }
        self.state = .down(until: now.advanced(by: self.backoff.failed(fraction: fraction)), error)
    }
}
