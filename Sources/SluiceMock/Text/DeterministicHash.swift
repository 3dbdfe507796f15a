/// Hashes and numbers that are the same in every run, unlike the standard library's.
enum DeterministicHash {
    /// FNV-1a, 64 bits.
    static func of(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// A well-mixed number for a seed and an index (the finaliser of SplitMix64).
    static func mix(_ seed: UInt64, _ index: Int) -> UInt64 {
        var value = seed &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// 24 hexadecimal digits for a seed: the end of an id.
    static func digits(_ seed: UInt64, _ index: Int = 0) -> String {
        let high = String(mix(seed, index &* 2 &+ 1), radix: 16)
        let low = String(mix(seed, index &* 2 &+ 2), radix: 16)
        return String((high + low + "00000000000000000000000000000000").prefix(24))
    }
}
