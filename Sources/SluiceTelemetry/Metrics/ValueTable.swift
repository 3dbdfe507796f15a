/// The counters or gauges of one metric in one shard: a signed number for each series.
struct ValueTable {
    private(set) var index = SeriesIndex()
    private(set) var values: [Int64] = []

    /// Adds to a series; a new one beyond `limit` is folded into model `other`.
    mutating func add(_ amount: Int64, to key: SeriesKey, limit: Int = .max) {
        let slot = self.slot(for: key, limit: limit)
        self.values[slot] &+= amount
    }

    /// Adds the slots of `range` of another table, as far as they exist.
    mutating func merge(_ other: borrowing ValueTable, slots range: Range<Int>) {
        for slot in range.clamped(to: 0..<other.values.count) {
            self.add(other.values[slot], to: other.index.keys[slot])
        }
    }

    /// The slots in the order in which they are written out.
    var sortedSlots: [Int] {
        self.index.keys.indices.sorted { self.index.keys[$0].bits < self.index.keys[$1].bits }
    }

    private mutating func slot(for key: SeriesKey, limit: Int) -> Int {
        if let slot = self.index.slot(of: key) { return slot }
        if self.values.count >= limit {
            let folded = key.withOtherName
            if folded != key { return self.slot(for: folded, limit: .max) }
        }
        self.values.append(0)
        return self.index.add(key)
    }
}
