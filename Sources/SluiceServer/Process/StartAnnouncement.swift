import Synchronization

/// Shows the ``StartNotice`` once, as soon as it is known where the gateway listens and which keys it has: the database may be
/// opened later than the listener.
final class StartAnnouncement: Sendable {
    private struct Place {
        var address: String
        var isSecure: Bool
        var model: String?
    }

    private struct State {
        var place: Place?
        var keys: StartNotice.Keys?
        var isShown = false
    }

    private let state = Mutex(State())
    private let print: @Sendable (String) -> Void

    init(print: @escaping @Sendable (String) -> Void = { StandardError.print($0) }) {
        self.print = print
    }

    /// The gateway listens.
    func listens(at address: String, isSecure: Bool, model: String?) {
        self.show { $0.place = Place(address: address, isSecure: isSecure, model: model) }
    }

    /// The keys are known.
    func has(_ keys: StartNotice.Keys) {
        self.show { $0.keys = keys }
    }

    private func show(_ change: (inout State) -> Void) {
        let notice = self.state.withLock { state -> StartNotice? in
            change(&state)
            guard !state.isShown, let place = state.place, let keys = state.keys else { return nil }
            state.isShown = true
            // Nothing keeps a key that was shown.
            state.keys = .stored
            return StartNotice(
                address: place.address, isSecure: place.isSecure, keys: keys, model: place.model)
        }
        if let notice { self.print(notice.text) }
    }
}
