/// Finds the slot of a series: an open-addressing hash table from ``SeriesKey`` to a running number.
///
/// Slots are never taken back, so a slot below ``count`` stays valid: a scrape may copy them piece by piece. The keys are
/// made of our own running numbers, which no client chooses, so a multiplicative hash is enough.
struct SeriesIndex {
    /// The key of each slot, in order of first use.
    private(set) var keys: [SeriesKey] = []
    /// For each bucket the slot plus one; 0 is free. The size is a power of two and at most half full.
    private var buckets: [UInt32] = Array(repeating: 0, count: 16)
    private var shift: UInt64 = 60

    var count: Int { self.keys.count }

    /// The slot of a key, or `nil` if it was never added.
    func slot(of key: SeriesKey) -> Int? {
        let entry = self.buckets[self.bucket(of: key)]
        return entry == 0 ? nil : Int(entry) - 1
    }

    /// Adds a key that has no slot yet and returns its slot.
    @inline(never)
    mutating func add(_ key: SeriesKey) -> Int {
        let slot = self.keys.count
        self.keys.append(key)
        if self.keys.count * 2 > self.buckets.count {
            self.grow()
        } else {
            self.buckets[self.bucket(of: key)] = UInt32(truncatingIfNeeded: slot + 1)
        }
        return slot
    }

    /// The bucket that holds the key, or the free one where it belongs.
    private func bucket(of key: SeriesKey) -> Int {
        let mask = self.buckets.count - 1
        var index = Int(truncatingIfNeeded: (key.bits &* 0x9E37_79B9_7F4A_7C15) >> self.shift)
        while true {
            let entry = self.buckets[index]
            if entry == 0 || self.keys[Int(entry) - 1] == key { return index }
            index = (index + 1) & mask
        }
    }

    private mutating func grow() {
        self.buckets = Array(repeating: 0, count: self.buckets.count * 2)
        self.shift -= 1
        for slot in self.keys.indices {
            self.buckets[self.bucket(of: self.keys[slot])] = UInt32(truncatingIfNeeded: slot + 1)
        }
    }
}
