import CryptoExtras
import SluiceCore
import SluiceWire

/// An assertion of a service account: a JWT with RS256, good for an hour. Source: RFC 7515, RFC 7518 section 3.3.
enum JWTAssertion {
    private static let lifeSeconds: Int64 = 3600

    static func make(_ account: GoogleServiceAccount, scope: String, now: Int64) throws(CredentialError) -> String {
        var head = JSONWriter(capacity: 128)
        head.beginObject()
        head.key("alg")
        head.string("RS256")
        head.key("typ")
        head.string("JWT")
        if let id = account.privateKeyID {
            head.key("kid")
            head.string(id)
        }
        head.endObject()
        var claims = JSONWriter(capacity: 256)
        claims.beginObject()
        claims.key("iss")
        claims.string(account.email)
        claims.key("scope")
        claims.string(scope)
        claims.key("aud")
        claims.string(account.tokenURL.description)
        claims.key("iat")
        claims.integer(Int(now))
        claims.key("exp")
        claims.integer(Int(now + Self.lifeSeconds))
        claims.endObject()
        var text: [UInt8] = []
        Self.append(head.bytes, to: &text)
        text.append(UInt8(ascii: "."))
        Self.append(claims.bytes, to: &text)
        let signature = try Self.sign(text, with: account.privateKey)
        text.append(UInt8(ascii: "."))
        Self.append(signature, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func sign(_ text: [UInt8], with key: Secret) throws(CredentialError) -> [UInt8] {
        do {
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: key.expose())
            return Array(try key.signature(for: text, padding: .insecurePKCS1v1_5).rawRepresentation)
        } catch {
            throw CredentialError("private_key of the service account is no RSA key of at least 2048 bits in PEM")
        }
    }

    /// Appends base 64 with the alphabet for URLs, without padding. Source: RFC 4648, section 5.
    private static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(word >> bits & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(word << (6 - bits) & 63)]) }
    }
}
