/// Keeps so many values. When one more comes, one goes that was not used since it was last looked at (the "clock" or second-chance rule).
struct SecondChanceCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var key: Key
        var value: Value
        var isUsed: Bool
    }

    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    private var hand = 0
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { self.slots.count }

    /// The value of a key, which counts as used.
    mutating func value(for key: Key) -> Value? {
        guard let place = self.places[key] else { return nil }
        self.slots[place].isUsed = true
        return self.slots[place].value
    }

    /// Keeps a value, in the place of another when all places are taken.
    mutating func insert(_ value: Value, for key: Key) {
        if let place = self.places[key] {
            self.slots[place].value = value
            return
        }
        guard self.slots.count >= self.capacity else {
            self.places[key] = self.slots.count
            self.slots.append(Slot(key: key, value: value, isUsed: false))
            return
        }
        // Each slot loses its mark as the hand passes, so this ends within one round.
        while self.slots[self.hand].isUsed {
            self.slots[self.hand].isUsed = false
            self.hand = (self.hand + 1) % self.slots.count
        }
        self.places[self.slots[self.hand].key] = nil
        self.places[key] = self.hand
        self.slots[self.hand] = Slot(key: key, value: value, isUsed: false)
        self.hand = (self.hand + 1) % self.slots.count
    }

    /// Forgets a key.
    mutating func remove(_ key: Key) {
        guard let place = self.places.removeValue(forKey: key) else { return }
        let last = self.slots.removeLast()
        if place < self.slots.count {
            self.slots[place] = last
            self.places[last.key] = place
        }
        if self.hand >= self.slots.count { self.hand = 0 }
    }

    /// Forgets all of which a condition holds.
    mutating func removeAll(where isGone: (Value) -> Bool) {
        for key in self.slots.filter({ isGone($0.value) }).map(\.key) { self.remove(key) }
    }

    /// Forgets everything.
    mutating func removeAll() {
        self.places.removeAll()
        self.slots.removeAll()
        self.hand = 0
    }
}
