import Synchronization

/// Counts how often something was tried.
final class Tries: Sendable {
    private let value = Atomic(0)

    var count: Int { self.value.load(ordering: .relaxed) }

    /// Counts one more, and says how many there were.
    func next() -> Int {
        self.value.add(1, ordering: .relaxed).newValue
    }
}
