/// A set of targets of one tree, by their place among its leaves: 256 bits, so that it never allocates.
struct LeafSet: Sendable, Hashable {
    /// How many places there are.
    static let capacity = 256

    private var words = SIMD4<UInt64>()

    init() {}

    /// The places from 0 up to `count`.
    init(upTo count: Int) {
        for word in 0..<4 {
            let bits = min(64, max(0, count - word * 64))
            self.words[word] = bits == 64 ? .max : (1 << UInt64(bits)) - 1
        }
    }

    @inline(__always)
    func contains(_ leaf: Int) -> Bool {
        guard leaf >= 0, leaf < Self.capacity else { return false }
        return self.words[leaf >> 6] & (1 << UInt64(leaf & 63)) != 0
    }

    @inline(__always)
    mutating func insert(_ leaf: Int) {
        guard leaf >= 0, leaf < Self.capacity else { return }
        self.words[leaf >> 6] |= 1 << UInt64(leaf & 63)
    }

    @inline(__always)
    mutating func remove(_ leaf: Int) {
        guard leaf >= 0, leaf < Self.capacity else { return }
        self.words[leaf >> 6] &= ~(1 << UInt64(leaf & 63))
    }

    @inline(__always)
    var isEmpty: Bool { self.words == SIMD4() }

    func intersection(_ other: Self) -> Self {
        var result = self
        result.words &= other.words
        return result
    }

    func subtracting(_ other: Self) -> Self {
        var result = self
        result.words &= ~other.words
        return result
    }

    /// Whether a place of the range is in the set.
    @inline(__always)
    func intersects(_ leaves: Range<Int>) -> Bool {
        if leaves.count == 1 { return self.contains(leaves.lowerBound) }
        return leaves.contains { self.contains($0) }
    }
}
