/// The id of a request, as it stands in `x-request-id`.
///
/// Shape: `req_` and 24 characters of Crockford's base 32: 120 random bits.
public enum RequestIdentifier {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Makes an id from the system's random numbers.
    public static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return self.make(using: &generator)
    }

    /// Makes an id.
    public static func make(using generator: inout some RandomNumberGenerator) -> String {
        var high = generator.next() as UInt64
        var low = generator.next() as UInt64
        return String(unsafeUninitializedCapacity: 28) { output in
            output[0] = UInt8(ascii: "r")
            output[1] = UInt8(ascii: "e")
            output[2] = UInt8(ascii: "q")
            output[3] = UInt8(ascii: "_")
            for index in 0..<12 {
                output[4 + index] = Self.alphabet[Int(high & 31)]
                output[16 + index] = Self.alphabet[Int(low & 31)]
                high >>= 5
                low >>= 5
            }
            return 28
        }
    }

    /// The id that came from outside, if it may be kept, else a new one.
    public static func accept(_ incoming: String?, using generator: inout some RandomNumberGenerator) -> String {
        if let incoming, self.isSane(incoming) { return incoming }
        return self.make(using: &generator)
    }

    /// Whether an id that came from outside may be kept: 1 to 128 characters of `A-Z a-z 0-9 . _ : -`.
    public static func isSane(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
