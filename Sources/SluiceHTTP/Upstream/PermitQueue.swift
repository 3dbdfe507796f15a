import DequeModule

/// Who holds a provider's permits, and who waits for one. A value without IO or clock.
///
/// Those who ask stand in lanes, one for each key of the gateway's: the lanes are served in turns, each its oldest first, so that
/// one key with many requests does not keep the others away. When all places are taken, the longest lane gives one up.
struct PermitQueue {
    enum Outcome: Equatable {
        case granted
        case queued
        /// It waits in the place of this one, which waits no longer.
        case queuedInstead(of: UInt64)
        case full
    }

    private(set) var held = 0
    private(set) var waitingCount = 0
    /// Those that wait, by lane; no lane is empty.
    private var lanes: [UInt64: Deque<UInt64>] = [:]
    /// The lanes in the order of their turns.
    private var turns: Deque<UInt64> = []
    private let permits: Int
    private let capacity: Int

    init(permits: Int, capacity: Int) {
        self.permits = permits
        self.capacity = capacity
    }

    /// Takes a permit if one is free and nobody waits.
    mutating func tryTake() -> Bool {
        guard self.held < self.permits, self.waitingCount == 0 else { return false }
        self.held += 1
        return true
    }

    /// Asks for a permit on behalf of the waiter `id`.
    mutating func ask(_ id: UInt64, lane: UInt64 = 0) -> Outcome {
        if self.tryTake() { return .granted }
        guard self.waitingCount >= self.capacity else {
            self.add(id, lane)
            return .queued
        }
        let own = self.lanes[lane]?.count ?? 0
        guard let longest = self.lanes.max(by: { $0.value.count < $1.value.count }), longest.value.count > own + 1,
            let last = longest.value.last
        else { return .full }
        _ = self.leave(last)
        self.add(id, lane)
        return .queuedInstead(of: last)
    }

    /// Gives a permit back. Returns the waiter that it passes to.
    mutating func giveBack() -> UInt64? {
        while let lane = self.turns.popFirst() {
            guard let next = self.lanes[lane]?.popFirst() else { continue }
            self.waitingCount -= 1
            if self.lanes[lane]?.isEmpty == true { self.lanes[lane] = nil } else { self.turns.append(lane) }
            return next
        }
        self.held -= 1
        return nil
    }

    /// Takes a waiter out of the queue. False when it is not there: it was granted meanwhile.
    mutating func leave(_ id: UInt64) -> Bool {
        for (lane, waiting) in self.lanes {
            guard let index = waiting.firstIndex(of: id) else { continue }
            self.lanes[lane]?.remove(at: index)
            self.waitingCount -= 1
            if self.lanes[lane]?.isEmpty == true {
                self.lanes[lane] = nil
                self.turns.removeAll { $0 == lane }
            }
            return true
        }
        return false
    }

    private mutating func add(_ id: UInt64, _ lane: UInt64) {
        if self.lanes[lane] == nil { self.turns.append(lane) }
        self.lanes[lane, default: []].append(id)
        self.waitingCount += 1
    }
}
