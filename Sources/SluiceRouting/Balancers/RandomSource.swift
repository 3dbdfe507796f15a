/// A small, fast source of random numbers for decisions; not for secrets.
///
/// Its owner seeds it: with chance in the gateway, with a fixed number in tests.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), SplitMix64.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a source; the same seed gives the same numbers.
    public init(seed: UInt64) {
        self.state = seed
    }

    public mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(self.state)
    }

    /// A number from 0 up to, and not including, 1.
    @inline(__always)
    mutating func unit() -> Double {
        Double(self.next() >> 11) * 0x1p-53
    }

    /// A number from 0 up to, and not including, `count`, which is at least 1.
    @inline(__always)
    mutating func index(below count: Int) -> Int {
        Int(truncatingIfNeeded: self.next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
    }

    /// Spreads the bits of a number over all 64.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number that is the same for the same text in every process. Source: FNV-1a, 64 bits.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return self.mix(hash)
    }
}
