import SluiceHTTP
import SluiceProviders
import Synchronization

/// The stores of all credentials that are fetched. They outlive reloads: a provider whose credentials come from where they
/// came from before keeps what it has.
final class CredentialStores: Sendable {
    /// A store, and how the network is reached for it.
    struct Entry: Sendable {
        var store: CredentialStore
        var origin: @Sendable (CredentialURL) -> UpstreamOrigin
    }

    private struct Key: Hashable {
        var name: String
        var source: CredentialSource
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var used: Set<Key> = []
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Begins to note which stores a configuration uses.
    func beginBuild() {
        self.state.withLock { $0.used.removeAll() }
    }

    /// The store of a provider's source: the one that is there, or a new one.
    func store(
        name: String,
        source: CredentialSource,
        origin: @escaping @Sendable (CredentialURL) -> UpstreamOrigin
    ) -> CredentialStore {
        let (store, wake) = self.state.withLock { state in
            let key = Key(name: name, source: source)
            state.used.insert(key)
            if let store = state.entries[key]?.store {
                // The proxy may be another by now.
                state.entries[key]?.origin = origin
                return (store, Optional<@Sendable () -> Void>.none)
            }
            let store = CredentialStore(name: name, source: source)
            store.setWake(state.wake)
            state.entries[key] = Entry(store: store, origin: origin)
            return (store, state.wake)
        }
        wake?()
        return store
    }

    /// Forgets the stores that the configuration did not ask for. Requests that hold one still have its value.
    func endBuild() {
        let dropped = self.state.withLock { state in
            let dropped = state.entries.filter { !state.used.contains($0.key) }.map(\.value.store)
            state.entries = state.entries.filter { state.used.contains($0.key) }
            return dropped
        }
        for store in dropped { store.close() }
    }

    /// All stores.
    var entries: [Entry] {
        self.state.withLock { Array($0.entries.values) }
    }

    /// Sets what is called when a store has something to do at once.
    func setWake(_ wake: (@Sendable () -> Void)?) {
        let stores = self.state.withLock { state in
            state.wake = wake
            return state.entries.values.map(\.store)
        }
        for store in stores { store.setWake(wake) }
    }
}
