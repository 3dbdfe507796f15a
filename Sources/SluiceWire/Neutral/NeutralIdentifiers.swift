/// Makes ids in the form of each vendor: a prefix and 24 letters and digits, 142 bits.
///
/// Seeded from outside, so that a conversion stays a pure function. The generator is SplitMix64 over a 128-bit seed: ids
/// must not collide; they are no secrets.
public struct NeutralIdentifiers: Sendable {
    private var high: UInt64
    private var low: UInt64

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Makes a source of ids; both halves of the seed should be random.
    public init(seed high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The next id: `prefix`, then 24 letters and digits.
    public mutating func make(_ prefix: String) -> String {
        var text = Array(prefix.utf8)
        text.reserveCapacity(text.count + 24)
        for _ in 0..<3 {
            // Eight digits of base 62 hold 47.6 bits of the 64.
            var value = next()
            for _ in 0..<8 {
                text.append(Self.alphabet[Int(truncatingIfNeeded: value % 62)])
                value /= 62
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func next() -> UInt64 {
        low &+= 0x9E37_79B9_7F4A_7C15
        var value = low ^ high
        value = (value ^ (value &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value &>> 27)) &* 0x94D0_49BB_1331_11EB
        value ^= value &>> 31
        high = high &* 0x2545_F491_4F6C_DD1D &+ value
        return value
    }
}
