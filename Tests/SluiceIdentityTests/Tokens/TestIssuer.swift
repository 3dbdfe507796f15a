import Crypto
import JWTKit
import SluiceCore
import SluiceIdentity
import SluiceWire
import Synchronization

/// Keys and tokens of an issuer of the tests' own.
///
/// JSON web keys and signatures are written here by hand with swift-crypto, so that they are not checked by what made them; RSA keys
/// come from JWTKit, whose private keys can be made of a text.
struct TestIssuer: Sendable {
    static let name = "https://id.example.com"
    static let audience = "sluice"
    static let now = UnixTime(milliseconds: 1_800_000_000_000)

    /// How one key signs.
    struct Signer: Sendable {
        var keyID: String
        var algorithm: String
        /// The members of the public key, as JSON.
        var publicKey: String
        var sign: @Sendable ([UInt8]) throws -> [UInt8]
    }

    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        Base64URL.append(Array(bytes), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// A new key of an elliptic curve.
    static func ellipticCurve(_ algorithm: TokenAlgorithm, keyID: String = "ec") -> Signer {
        func key(_ curve: String, _ raw: some Sequence<UInt8>) -> String {
            let bytes = Array(raw)
            let (x, y) = (bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...])
            return #""kty":"EC","crv":"\#(curve)","x":"\#(base64URL(x))","y":"\#(base64URL(y))""#
        }
        switch algorithm {
        case .es384:
            let secret = P384.Signing.PrivateKey()
            return Signer(
                keyID: keyID, algorithm: "ES384", publicKey: key("P-384", secret.publicKey.rawRepresentation)
            ) { Array(try secret.signature(for: $0).rawRepresentation) }
        case .es512:
            let secret = P521.Signing.PrivateKey()
            return Signer(
                keyID: keyID, algorithm: "ES512", publicKey: key("P-521", secret.publicKey.rawRepresentation)
            ) { Array(try secret.signature(for: $0).rawRepresentation) }
        default:
            let secret = P256.Signing.PrivateKey()
            return Signer(
                keyID: keyID, algorithm: "ES256", publicKey: key("P-256", secret.publicKey.rawRepresentation)
            ) { Array(try secret.signature(for: $0).rawRepresentation) }
        }
    }

    /// A new Ed25519 key.
    static func edwards(keyID: String = "ed") -> Signer {
        let secret = Curve25519.Signing.PrivateKey()
        let x = base64URL(secret.publicKey.rawRepresentation)
        return Signer(
            keyID: keyID, algorithm: "EdDSA", publicKey: #""kty":"OKP","crv":"Ed25519","x":"\#(x)""#
        ) { Array(try secret.signature(for: $0)) }
    }

    /// The RSA key of the tests.
    static func rsa(_ algorithm: TokenAlgorithm, keyID: String = "rsa") async throws -> Signer {
        let identifier = JWKIdentifier(string: "key")
        let name = JWK.Algorithm(rawValue: algorithm.rawValue)
        let key = try await JWTKeyCollection().add(
            jwk: .rsa(
                name, identifier: identifier, modulus: TestKeys.modulus, exponent: "AQAB",
                privateExponent: TestKeys.privateExponent)
        ).getKey(for: identifier, alg: algorithm.rawValue)
        return Signer(
            keyID: keyID, algorithm: algorithm.rawValue,
            publicKey: #""kty":"RSA","n":"\#(TestKeys.modulus)","e":"AQAB""#
        ) { try key.sign($0) }
    }

    /// A signer of a secret.
    static func secret(_ secret: String, _ algorithm: TokenAlgorithm) -> Signer {
        let key = SymmetricKey(data: Array(secret.utf8))
        return Signer(keyID: "hs", algorithm: algorithm.rawValue, publicKey: "") { bytes in
            switch algorithm {
            case .hs384: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
            case .hs512: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
            default: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
            }
        }
    }

    /// A key set of some keys; `more` are further members of each.
    static func keySet(_ signers: [Signer], more: String = "") -> [UInt8] {
        let keys = signers.map { #"{\#($0.publicKey),"kid":"\#($0.keyID)"\#(more)}"# }
        return Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8)
    }

    /// The claims of a good token with `more` behind them.
    static func claims(
        issuer: String = name, audience: String = #""sluice""#, subject: String = "alice", lifetime: Int64 = 600,
        _ more: String = ""
    ) -> String {
        let seconds = Self.now.milliseconds / 1000
        return
            #"{"iss":"\#(issuer)","aud":\#(audience),"sub":"\#(subject)","exp":\#(seconds + lifetime),"iat":\#(seconds)\#(more)}"#
    }

    /// A token; `header` stands for what its header says otherwise.
    static func token(_ signer: Signer, _ claims: String = claims(), header: String? = nil) throws -> String {
        let header = header ?? #"{"alg":"\#(signer.algorithm)","kid":"\#(signer.keyID)","typ":"JWT"}"#
        let signed = base64URL(header.utf8) + "." + base64URL(claims.utf8)
        return signed + "." + base64URL(try signer.sign(Array(signed.utf8)))
    }
}

/// Answers of a network that is none, by URL; counts what was asked.
final class FakeDocuments: DocumentFetching {
    private struct State {
        var answers: [String: DocumentAnswer] = [:]
        var asked: [DocumentRequest] = []
    }

    private let state = Mutex(State())

    var asked: [DocumentRequest] { self.state.withLock { $0.asked } }

    func set(_ url: String, _ answer: DocumentAnswer?) {
        self.state.withLock { $0.answers[url] = answer }
    }

    func set(_ url: String, _ body: String, status: Int = 200, maxAge: Int? = nil) {
        self.set(url, DocumentAnswer(status: status, maxAgeSeconds: maxAge, body: Array(body.utf8)))
    }

    func answer(to request: DocumentRequest) async -> DocumentAnswer? {
        self.state.withLock { state in
            state.asked.append(request)
            return state.answers[request.url.description]
        }
    }
}

extension UnixTime {
    /// The moment that is some seconds later.
    static func + (time: UnixTime, seconds: Int) -> UnixTime { time.advanced(by: .seconds(seconds)) }
}
