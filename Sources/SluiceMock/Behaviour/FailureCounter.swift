import Synchronization

/// Counts the failures that `x-mock-fail` asks for.
///
/// With a key of its own the count runs once: N failures, then success for good. Without, it is kept by model name
/// and starts over after each success, so that `mock-fail-2` can be used again and again. At most `capacity` keys
/// are held; beyond that the oldest is forgotten.
final class FailureCounter: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var order: [String] = []
        var oldest = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int = 4096) {
        self.capacity = max(1, capacity)
    }

    /// Whether this attempt fails; counts it.
    func shouldFail(failures: Int, key: String?, model: String) -> Bool {
        guard failures > 0 else { return false }
        // The prefix keeps a key from meeting a model of the same name.
        let name = key.map { "k" + $0 } ?? "m" + model
        return state.withLock { state in
            let count = state.counts[name] ?? 0
            guard count < failures else {
                if key == nil { state.counts[name] = 0 }
                return false
            }
            if state.counts.updateValue(count + 1, forKey: name) == nil { remember(name, in: &state) }
            return true
        }
    }

    /// Forgets every count.
    func removeAll() {
        state.withLock { $0 = State() }
    }

    private func remember(_ name: String, in state: inout State) {
        if state.order.count < capacity {
            state.order.append(name)
        } else {
            state.counts[state.order[state.oldest]] = nil
            state.order[state.oldest] = name
            state.oldest = (state.oldest + 1) % capacity
        }
    }
}
