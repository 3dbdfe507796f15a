import Crypto
public import SluiceCore

/// The keys that stand in the configuration.
///
/// A key is looked up by the SHA-256 of a secret of this process and the key, so that neither the time of a look-up nor
/// what memory holds tells anything of a key.
public struct StaticKeyring: Authenticator {
    private struct Digest: Hashable, Sendable {
        var first: UInt64
        var second: UInt64
        var third: UInt64
        var fourth: UInt64
    }

    private static let longestKey = 1024
    private let secret: [UInt8]
    private let principals: [Digest: Principal]

    /// Makes a keyring. Of two equal keys the first counts.
    public init(_ keys: [(key: Secret, principal: Principal)]) {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        self.secret = secret
        self.principals = Dictionary(
            keys.filter { !$0.key.isEmpty && $0.key.count <= Self.longestKey }
                .map { (Self.digest($0.key.expose()[...], secret), $0.principal) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    public func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal? {
        self.principal(for: credential)
    }

    public func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification {
        self.principal(for: credential[...]).map { .accepted($0) } ?? .refused
    }

    /// Who has this key.
    public func principal(for key: Substring) -> Principal? {
        guard !key.isEmpty, key.utf8.count <= Self.longestKey else { return nil }
        return self.principals[Self.digest(key, self.secret)]
    }

    private static func digest(_ key: Substring, _ secret: [UInt8]) -> Digest {
        var hash = SHA256()
        secret.withUnsafeBytes { hash.update(bufferPointer: $0) }
        var key = key
        key.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize().withUnsafeBytes { bytes in
            Digest(
                first: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                second: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                third: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                fourth: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
    }
}
