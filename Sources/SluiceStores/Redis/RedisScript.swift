import Crypto

/// A Lua script, with the digest that Redis knows it by.
public struct RedisScript: Sendable, Hashable {
    /// The text.
    public let source: String
    /// The SHA-1 of the text in hexadecimal, which is how `EVALSHA` names a script.
    public let digest: String

    /// Makes a script.
    public init(_ source: String) {
        self.source = source
        let digits = Array("0123456789abcdef".utf8)
        let digest = Insecure.SHA1.hash(data: Array(source.utf8))
        self.digest = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
