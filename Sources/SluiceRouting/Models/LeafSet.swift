/// A set of targets of one tree, by their place among its leaves: 256 bits, so that it never allocates.
struct LeafSet: Sendable, Hashable {
    /// How many places there are.
    static let capacity = 256

    // Four members rather than a vector: a vector that is asked for a bit is written to memory first.
    private var word0: UInt64 = 0
    private var word1: UInt64 = 0
    private var word2: UInt64 = 0
    private var word3: UInt64 = 0

    init() {}

    /// The places from 0 up to `count`.
    init(upTo count: Int) {
        for word in 0..<4 {
            let bits = min(64, max(0, count - word * 64))
            self[word: word] = bits == 64 ? .max : (1 << UInt64(bits)) - 1
        }
    }

    /// Sixty-four places, from `64 * word` on.
    @inline(__always)
    subscript(word word: Int) -> UInt64 {
        get {
            switch word {
            case 0: self.word0
            case 1: self.word1
            case 2: self.word2
            default: self.word3
            }
        }
        set {
            switch word {
            case 0: self.word0 = newValue
            case 1: self.word1 = newValue
            case 2: self.word2 = newValue
            default: self.word3 = newValue
            }
        }
    }

    @inline(__always)
    func contains(_ leaf: Int) -> Bool {
        guard leaf >= 0, leaf < Self.capacity else { return false }
        return self[word: leaf >> 6] & (1 << UInt64(leaf & 63)) != 0
    }

    @inline(__always)
    mutating func insert(_ leaf: Int) {
        guard leaf >= 0, leaf < Self.capacity else { return }
        self[word: leaf >> 6] |= 1 << UInt64(leaf & 63)
    }

    @inline(__always)
    mutating func remove(_ leaf: Int) {
        guard leaf >= 0, leaf < Self.capacity else { return }
        self[word: leaf >> 6] &= ~(1 << UInt64(leaf & 63))
    }

    @inline(__always)
    var isEmpty: Bool { self.word0 | self.word1 | self.word2 | self.word3 == 0 }

    var count: Int {
        self.word0.nonzeroBitCount + self.word1.nonzeroBitCount + self.word2.nonzeroBitCount
            + self.word3.nonzeroBitCount
    }

    func intersection(_ other: Self) -> Self {
        var result = self
        result.word0 &= other.word0
        result.word1 &= other.word1
        result.word2 &= other.word2
        result.word3 &= other.word3
        return result
    }

    func subtracting(_ other: Self) -> Self {
        var result = self
        result.word0 &= ~other.word0
        result.word1 &= ~other.word1
        result.word2 &= ~other.word2
        result.word3 &= ~other.word3
        return result
    }

    /// Whether a place of the range is in the set.
    @inline(__always)
    func intersects(_ leaves: Range<Int>) -> Bool {
        if leaves.count == 1 { return self.contains(leaves.lowerBound) }
        return leaves.contains { self.contains($0) }
    }
}
