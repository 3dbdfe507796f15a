import JWTKit
import SluiceCore
import SluiceWire

/// A key that verifies signatures of a few algorithms, and none of others.
struct VerificationKey: Sendable {
    /// The name by which tokens ask for it.
    let keyID: String?
    private let verifiers: [TokenAlgorithm: any JWTAlgorithm]

    /// The algorithms that it is for.
    var algorithms: Set<TokenAlgorithm> { Set(self.verifiers.keys) }

    /// Whether a signature is this key's.
    func isSignature(_ signature: [UInt8], of bytes: ArraySlice<UInt8>, by algorithm: TokenAlgorithm) -> Bool {
        guard let verifier = self.verifiers[algorithm] else { return false }
        // What is thrown says that a signature has an impossible form.
        return (try? verifier.verify(signature, signs: bytes)) ?? false
    }

    /// Makes the key of one member of a JSON web key set; `nil` for one that verifies nothing here.
    ///
    /// Only the public part is read. Source: RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2.
    init?(_ node: JSONNode) async {
        guard let type = node["kty"]?.stringValue, Self.isForSignatures(node) else { return nil }
        var algorithms: [TokenAlgorithm]
        switch type {
        case "RSA": algorithms = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case "EC":
            switch node["crv"]?.stringValue {
            case "P-256": algorithms = [.es256]
            case "P-384": algorithms = [.es384]
            case "P-521": algorithms = [.es512]
            default: return nil
            }
        case "OKP":
            guard node["crv"]?.stringValue == "Ed25519" else { return nil }
            algorithms = [.edDSA]
        // Above all no `oct`: what everyone can read is no secret.
        default: return nil
        }
        if let only = node["alg"] {
            // RFC 9864 names EdDSA's curves.
            let name = only.stringValue == "Ed25519" ? "EdDSA" : only.stringValue
            algorithms = algorithms.filter { $0.rawValue == name }
        }
        var verifiers: [TokenAlgorithm: any JWTAlgorithm] = [:]
        for algorithm in algorithms {
            guard let verifier = await Self.verifier(type, node, algorithm) else { return nil }
            verifiers[algorithm] = verifier
        }
        guard !verifiers.isEmpty else { return nil }
        self.verifiers = verifiers
        self.keyID = node["kid"]?.stringValue
    }

    /// Whether a key is not for encryption alone. Source: RFC 7517, sections 4.2 and 4.3.
    private static func isForSignatures(_ node: JSONNode) -> Bool {
        if let use = node["use"], use.stringValue != "sig" { return false }
        guard let operations = node["key_ops"] else { return true }
        return operations.elements.contains { $0.stringValue == "verify" }
    }

    private static func verifier(
        _ type: String,
        _ node: JSONNode,
        _ algorithm: TokenAlgorithm
    ) async -> (any JWTAlgorithm)? {
        let identifier = JWKIdentifier(string: "key")
        guard let name = JWK.Algorithm(rawValue: algorithm.rawValue) else { return nil }
        let key: JWK
        switch type {
        case "RSA":
            // From 2048 bits, below which a key can be broken, to 8192, above which it is a burden.
            guard let modulus = Self.number(node["n"], 256...1025), let exponent = Self.number(node["e"], 1...8) else {
                return nil
            }
            key = JWK.rsa(name, identifier: identifier, modulus: modulus, exponent: exponent)
        case "EC":
            let sizes: [TokenAlgorithm: Int] = [.es256: 32, .es384: 48, .es512: 66]
            guard let size = sizes[algorithm], let x = Self.number(node["x"], size...size),
                let y = Self.number(node["y"], size...size),
                let curve = node["crv"]?.stringValue.flatMap({ ECDSACurve(rawValue: $0) })
            else { return nil }
            key = JWK.ecdsa(name, identifier: identifier, x: x, y: y, curve: curve)
        default:
            guard let x = Self.number(node["x"], 32...32) else { return nil }
            key = JWK.octetKeyPair(name, identifier: identifier, x: x, y: nil, curve: .ed25519)
        }
        // A key whose numbers are no key is left out of its set.
        return try? await JWTKeyCollection().add(jwk: key).getKey(for: identifier, alg: algorithm.rawValue)
    }

    /// A number in base 64 for URLs, of as many bytes.
    private static func number(_ node: JSONNode?, _ size: ClosedRange<Int>) -> String? {
        guard let text = node?.stringValue, text.utf8.count <= 2048,
            let bytes = Base64URL.decode(Array(text.utf8)[...]), size.contains(bytes.count)
        else { return nil }
        return text
    }
}
