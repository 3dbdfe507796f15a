import Crypto
import SluiceCore

/// What a credential is recognised by: SHA-256 of a secret of this process and the credential.
///
/// So neither the time of a look-up nor what memory holds tells anything of a credential, and nobody can choose credentials whose digests
/// fall together.
struct CredentialDigest: Hashable, Sendable {
    private static let processSecret: [UInt8] = {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }()

    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Random bits that are as good as any for choosing a place.
    var place: Int { Int(truncatingIfNeeded: self.second & 0x7FFF_FFFF) }

    /// The digest of a credential.
    init(_ credential: Substring) {
        var credential = credential
        self = credential.withUTF8 { bytes in Self { $0.update(bufferPointer: UnsafeRawBufferPointer(bytes)) } }
    }

    /// The digest of a secret and the hash that it was found to match.
    init(_ secret: Secret, provenBy hash: Secret) {
        self.init { state in
            for part in [secret, hash] {
                // The length before each, so that no two pairs are one text.
                withUnsafeBytes(of: UInt64(part.count).littleEndian) { state.update(bufferPointer: $0) }
                part.withBytes { bytes in bytes.withUnsafeBytes { state.update(bufferPointer: $0) } }
            }
        }
    }

    private init(_ update: (inout SHA256) -> Void) {
        var state = SHA256()
        Self.processSecret.withUnsafeBytes { state.update(bufferPointer: $0) }
        update(&state)
        (self.first, self.second, self.third, self.fourth) = state.finalize().withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
    }

    func hash(into hasher: inout Hasher) {
        // One word of it is random enough.
        hasher.combine(self.first)
    }
}
