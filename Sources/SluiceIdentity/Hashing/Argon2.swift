import CArgon2
import Glibc
import SluiceCore

/// Argon2id, by the reference implementation. Takes its time and its memory: never called on an event loop. Source: RFC 9106.
enum Argon2 {
    /// The random bytes of each hash.
    static let saltLength = 16
    /// The bytes that are compared.
    static let tagLength = 32

    /// The encoded hash, `$argon2id$v=19$m=...,t=...,p=...$salt$tag`; `nil` when there is no memory for it.
    static func hash(_ secret: Secret, salt: [UInt8], cost: Argon2Cost) -> Secret? {
        var encoded = [CChar](repeating: 0, count: 256)
        let code = secret.withBytes { bytes in
            bytes.withUnsafeBufferPointer { bytes in
                argon2id_hash_encoded(
                    cost.passes, cost.memoryKiB, cost.lanes, bytes.baseAddress, bytes.count, salt, salt.count,
                    self.tagLength, &encoded, encoded.count)
            }
        }
        guard code == ARGON2_OK.rawValue else { return nil }
        return Secret(bytes: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    /// Whether a secret is that of a hash, compared in constant time; `nil` when that could not be computed: the hash is damaged, or
    /// there is no memory.
    static func matches(_ secret: Secret, hash: Secret) -> Bool? {
        let encoded = hash.expose()
        guard let cost = Argon2Cost(encoded: encoded), cost.isWithin(.largest) else { return nil }
        let code = secret.withBytes { bytes in
            bytes.withUnsafeBufferPointer { argon2id_verify(encoded, $0.baseAddress, $0.count) }
        }
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        default: return nil
        }
    }

    /// A salt of the system's random numbers.
    static func salt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<self.saltLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
