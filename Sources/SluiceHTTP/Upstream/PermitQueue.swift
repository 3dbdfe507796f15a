import DequeModule

/// Who holds a provider's permits, and who waits for one, oldest first. A value without IO or clock.
struct PermitQueue {
    enum Outcome: Equatable {
        case granted
        case queued
        case full
    }

    private(set) var held = 0
    private var waiting: Deque<UInt64> = []
    private let permits: Int
    private let capacity: Int

    init(permits: Int, capacity: Int) {
        self.permits = permits
        self.capacity = capacity
    }

    var waitingCount: Int { self.waiting.count }

    /// Takes a permit if one is free and nobody waits.
    mutating func tryTake() -> Bool {
        guard self.held < self.permits, self.waiting.isEmpty else { return false }
        self.held += 1
        return true
    }

    /// Asks for a permit on behalf of the waiter `id`.
    mutating func ask(_ id: UInt64) -> Outcome {
        if self.tryTake() { return .granted }
        guard self.waiting.count < self.capacity else { return .full }
        self.waiting.append(id)
        return .queued
    }

    /// Gives a permit back. Returns the waiter that it passes to.
    mutating func giveBack() -> UInt64? {
        if let next = self.waiting.popFirst() { return next }
        self.held -= 1
        return nil
    }

    /// Takes a waiter out of the queue. False when it is not there: it was granted meanwhile.
    mutating func leave(_ id: UInt64) -> Bool {
        guard let index = self.waiting.firstIndex(of: id) else { return false }
        self.waiting.remove(at: index)
        return true
    }
}
