import Crypto
public import SluiceCore

/// The keys that stand in the configuration.
///
/// A key is looked up by its HMAC under a secret of this process, so that neither the time of a look-up nor the contents of
/// memory tell anything of a key. Source for the construction: RFC 2104.
public struct StaticKeyring: Authenticator {
    private let secret: SymmetricKey
    private let principals: [Digest: Principal]

    private struct Digest: Hashable, Sendable {
        var first: UInt64
        var second: UInt64
        var third: UInt64
        var fourth: UInt64
    }

    /// Makes a keyring. Of two equal keys the first counts.
    public init(_ keys: [(key: Secret, principal: Principal)]) {
        let secret = SymmetricKey(size: .bits256)
        self.secret = secret
        self.principals = Dictionary(
            keys.filter { !$0.key.isEmpty }.map { (Self.digest($0.key.expose(), secret), $0.principal) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether there is no key at all.
    public var isEmpty: Bool { self.principals.isEmpty }

    /// Who has this key.
    public func principal(for key: Substring) -> Principal? {
        guard !key.isEmpty, key.utf8.count <= 1024 else { return nil }
        return self.principals[Self.digest(String(key), self.secret)]
    }

    private static func digest(_ key: String, _ secret: SymmetricKey) -> Digest {
        var key = key
        let code = key.withUTF8 { HMAC<SHA256>.authenticationCode(for: UnsafeRawBufferPointer($0), using: secret) }
        return code.withUnsafeBytes { bytes in
            Digest(
                first: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                second: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                third: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                fourth: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
    }
}
