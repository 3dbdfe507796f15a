/// Makes ids in the form of each vendor: a prefix and 24 letters and digits, 142 bits.
///
/// Seeded from outside, so that a conversion stays a pure function. The generator is SplitMix64 over a 128-bit seed: ids
/// must not collide; they are no secrets.
public struct NeutralIdentifiers: Sendable {
    private var high: UInt64
    private var low: UInt64

    /// Makes a source of ids; both halves of the seed should be random.
    public init(seed high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The next id: `prefix`, then 24 letters and digits.
    public mutating func make(_ prefix: String) -> String {
        let words = (next(), next(), next())
        let length = prefix.utf8.count
        return String(unsafeUninitializedCapacity: length + 24) { text in
            _ = text.initialize(fromContentsOf: prefix.utf8)
            Self.write(words.0, to: text, at: length)
            Self.write(words.1, to: text, at: length + 8)
            Self.write(words.2, to: text, at: length + 16)
            return length + 24
        }
    }

    /// Eight digits of base 62: they hold 47.6 bits of the 64.
    private static func write(_ word: UInt64, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        var rest = word
        for index in start..<start + 8 {
            let digit = UInt8(truncatingIfNeeded: rest % 62)
            rest /= 62
            let letter = digit < 36 ? UInt8(ascii: "A") + digit - 10 : UInt8(ascii: "a") + digit - 36
            text.initializeElement(at: index, to: digit < 10 ? UInt8(ascii: "0") + digit : letter)
        }
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
