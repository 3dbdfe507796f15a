/// Makes client keys. Shape: `sk-sl-` and 32 characters of base 32, 160 random bits.
public enum KeyGenerator {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// A new key.
    public static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let text = (0..<32).map { _ in Self.alphabet[Int(generator.next(upperBound: UInt8(32)))] }
        return "sk-sl-" + String(decoding: text, as: UTF8.self)
    }
}
