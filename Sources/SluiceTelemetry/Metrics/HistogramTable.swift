/// One histogram metric in one shard: for each series its buckets, its count and its sum, all as integers.
///
/// Buckets are kept apart (an observation touches one of them) and summed up only when they are written out. Integer sums make
/// shards add up exactly, whatever the order.
struct HistogramTable {
    let bounds: HistogramBounds
    private(set) var index = SeriesIndex()
    /// `stride` numbers a series: one for each bound, one for `+Inf`, then the sum.
    private var cells: [UInt64] = []
    private let stride: Int

    init(_ bounds: HistogramBounds) {
        self.bounds = bounds
        self.stride = bounds.limits.count + 2
    }

    /// Counts one value, in the unit of the bounds; a new series beyond `limit` is folded into model `other`.
    mutating func observe(_ value: UInt64, in key: SeriesKey, limit: Int = .max) {
        let base = self.slot(for: key, limit: limit) * self.stride
        self.cells[base + self.bounds.bucket(of: value)] &+= 1
        self.cells[base + self.stride - 1] &+= value
    }

    /// Adds the slots of `range` of another table, as far as they exist. Both have the same bounds.
    mutating func merge(_ other: borrowing HistogramTable, slots range: Range<Int>) {
        assert(self.bounds.limits == other.bounds.limits, "histograms of different metrics were merged")
        for slot in range.clamped(to: 0..<other.index.count) {
            self.add(other, slot: slot, to: other.index.keys[slot])
        }
    }

    /// The same series under other keys; those that get one key are joined.
    func mapKeys(_ transform: (SeriesKey) -> SeriesKey) -> HistogramTable {
        var mapped = HistogramTable(self.bounds)
        for slot in self.index.keys.indices {
            mapped.add(self, slot: slot, to: transform(self.index.keys[slot]))
        }
        return mapped
    }

    private mutating func add(_ other: borrowing HistogramTable, slot: Int, to key: SeriesKey) {
        let mine = self.slot(for: key, limit: .max) * self.stride
        let theirs = slot * other.stride
        for cell in 0..<self.stride {
            self.cells[mine + cell] &+= other.cells[theirs + cell]
        }
    }

    /// The buckets of a slot, not cumulative; the last is `+Inf`'s.
    func buckets(ofSlot slot: Int) -> ArraySlice<UInt64> {
        self.cells[(slot * self.stride)..<(slot * self.stride + self.stride - 1)]
    }

    /// The sum of the values of a slot.
    func sum(ofSlot slot: Int) -> UInt64 {
        self.cells[slot * self.stride + self.stride - 1]
    }

    /// The slots in the order in which they are written out.
    var sortedSlots: [Int] {
        self.index.keys.indices.sorted { self.index.keys[$0].bits < self.index.keys[$1].bits }
    }

    private mutating func slot(for key: SeriesKey, limit: Int) -> Int {
        if let slot = self.index.slot(of: key) { return slot }
        if self.index.count >= limit {
            let folded = key.withOtherName
            if folded != key { return self.slot(for: folded, limit: .max) }
        }
        self.cells.append(contentsOf: repeatElement(0, count: self.stride))
        return self.index.add(key)
    }
}
