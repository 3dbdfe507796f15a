import Synchronization

/// Hands out what is known of targets, credentials and providers, so that it outlives reloads.
///
/// It is keyed by names, not by places: the same provider and model have the same state in every snapshot. It holds nothing
/// alive by itself: what no snapshot uses is forgotten.
public final class HealthBoard: Sendable {
    private struct TargetKey: Hashable {
        var provider: String
        var model: String
    }

    private struct CredentialKey: Hashable {
        var provider: String
        var identity: UInt64
    }

    private struct Weak<Object: AnyObject & Sendable>: Sendable {
        weak let object: Object?
    }

    private struct State {
        var targets: [TargetKey: Weak<TargetHealth>] = [:]
        var credentials: [CredentialKey: Weak<CredentialHealth>] = [:]
        var providers: [String: Weak<ProviderHealth>] = [:]
        var prefixes: [String: (memoryBytes: Int, index: Weak<PrefixIndex>)] = [:]
        var lastID: UInt32 = 0
        var sweepAt = 1024
    }

    private let state = Mutex(State())

    /// Makes an empty board.
    public init() {}

    /// How many states are kept, those of snapshots that are gone and were not swept yet included.
    public var count: Int {
        self.state.withLock { $0.targets.count + $0.credentials.count + $0.providers.count + $0.prefixes.count }
    }

    /// Forgets what no snapshot uses. Building a table does it from time to time by itself.
    public func sweep() {
        self.state.withLock { Self.sweep(&$0) }
    }

    /// What an active probe has found: a provider that is not well is left alone until a probe says that it is.
    ///
    /// - Returns: whether this is news.
    public func report(provider name: String, isWell: Bool) -> Bool {
        self.state.withLock { $0.providers[name]?.object }?.report(isWell: isWell) ?? false
    }

    func target(provider: String, model: String) -> TargetHealth {
        self.state.withLock { state in
            let key = TargetKey(provider: provider, model: model)
            if let found = state.targets[key]?.object { return found }
            Self.sweepIfGrown(&state)
            state.lastID = state.lastID == .max ? 1 : state.lastID + 1
            let made = TargetHealth(id: state.lastID, seed: RandomSource.hash(provider + "\u{0}" + model))
            state.targets[key] = Weak(object: made)
            return made
        }
    }

    func provider(named name: String, credentials: [UInt64], settings: HealthSettings) -> ProviderHealth.Handle {
        self.state.withLock { state in
            Self.sweepIfGrown(&state)
            let shared = state.providers[name]?.object ?? ProviderHealth()
            state.providers[name] = Weak(object: shared)
            let credentials = credentials.map { identity in
                let key = CredentialKey(provider: name, identity: identity)
                let found = state.credentials[key]?.object ?? CredentialHealth(identity: identity, provider: shared)
                state.credentials[key] = Weak(object: found)
                return found
            }
            return ProviderHealth.Handle(shared: shared, credentials: credentials, settings: settings)
        }
    }

    func prefixes(of entry: String, memoryBytes: Int) -> PrefixIndex {
        self.state.withLock { state in
            if let found = state.prefixes[entry], found.memoryBytes == memoryBytes, let index = found.index.object {
                return index
            }
            let made = PrefixIndex(memoryBytes: memoryBytes)
            state.prefixes[entry] = (memoryBytes, Weak(object: made))
            return made
        }
    }

    private static func sweepIfGrown(_ state: inout State) {
        guard state.targets.count + state.credentials.count >= state.sweepAt else { return }
        self.sweep(&state)
        // As many again may come before the next one, so that a big table is not swept for each of its targets.
        state.sweepAt = max(1024, 2 * (state.targets.count + state.credentials.count))
    }

    private static func sweep(_ state: inout State) {
        state.targets = state.targets.filter { $0.value.object != nil }
        state.credentials = state.credentials.filter { $0.value.object != nil }
        state.providers = state.providers.filter { $0.value.object != nil }
        state.prefixes = state.prefixes.filter { $0.value.index.object != nil }
    }
}
