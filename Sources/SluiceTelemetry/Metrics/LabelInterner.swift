import Synchronization

/// Gives label values running numbers, at most so many: the one place that all shards share.
///
/// Shards ask it once for each name and remember the answer (``LabelCache``), so it is off the hot path.
final class LabelInterner: Sendable {
    /// The number of names beyond the limit, too long, or unknown.
    static let other: UInt32 = 0
    /// The number for "there is none", as the provider of a request that was refused.
    static let none: UInt32 = 1
    /// How many numbers are taken by ``other`` and ``none``.
    static let reserved = 2

    private struct State {
        // A model that is really called `other` shares the number: one text must never stand for two series.
        var numbers: [String: UInt32] = ["other": LabelInterner.other, "none": LabelInterner.none]
        var names: [String] = ["other", "none"]
    }

    private let limit: Int
    private let nameBytes: Int
    private let state = Mutex(State())

    init(limit: Int, nameBytes: Int) {
        self.limit = limit
        self.nameBytes = nameBytes
    }

    /// The number of a name, a new one if there is room and `mayAdd` is true; `nil` when it has none.
    func number(of name: String, mayAdd: Bool) -> UInt32? {
        guard name.utf8.count <= self.nameBytes else { return nil }
        return self.state.withLock { state in
            if let known = state.numbers[name] { return known }
            guard mayAdd, state.names.count - Self.reserved < self.limit else { return nil }
            let number = UInt32(truncatingIfNeeded: state.names.count)
            state.numbers[name] = number
            state.names.append(name)
            return number
        }
    }

    /// All names by number, for a scrape.
    var names: [String] {
        self.state.withLock { $0.names }
    }
}
