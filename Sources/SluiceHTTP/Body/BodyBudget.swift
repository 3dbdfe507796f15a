import Synchronization

/// Bounds the bytes of all request bodies that are held at once, over all loops.
public final class BodyBudget: Sendable {
    private let held = Atomic<Int>(0)
    private let limit: Int

    /// Makes a budget of `limitBytes` bytes.
    public init(limitBytes: Int) {
        self.limit = limitBytes
    }

    /// The bytes that are held now.
    public var heldBytes: Int {
        self.held.load(ordering: .relaxed)
    }

    /// Takes `bytes` from the budget, or leaves it as it is and returns `false`.
    func take(_ bytes: Int) -> Bool {
        let after = self.held.wrappingAdd(bytes, ordering: .relaxed).newValue
        if after <= self.limit { return true }
        self.held.wrappingSubtract(bytes, ordering: .relaxed)
        return false
    }

    /// Gives back what was taken.
    func giveBack(_ bytes: Int) {
        self.held.wrappingSubtract(bytes, ordering: .relaxed)
    }
}
