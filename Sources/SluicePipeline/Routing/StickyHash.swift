/// The hash behind the `sticky` strategy: the same on every replica and after every start, unlike Swift's own.
///
/// FNV-1a with 64 bits, and a finish that spreads what it has gathered over all of them. It is no defence: whoever chooses the
/// key chooses the target.
struct StickyHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: borrowing Span<UInt8>) {
        for index in bytes.indices {
            self.state = (self.state ^ UInt64(bytes[index])) &* 0x100_0000_01B3
        }
        // Two pieces are not the same as one that is their sum.
        self.state = (self.state ^ 0xFF) &* 0x100_0000_01B3
    }

    /// The hash of what was added. Source of the finish: Steele, Lea and Flood, "Fast splittable pseudorandom number
    /// generators" (2014), the finalizer of SplitMix64.
    var value: UInt64 {
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    static func of(_ bytes: borrowing Span<UInt8>) -> UInt64 {
        var hash = StickyHash()
        hash.add(bytes)
        return hash.value
    }

    static func of(text: String) -> UInt64 {
        Self.of(Array(text.utf8).span)
    }
}
