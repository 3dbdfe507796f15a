import Crypto
import SluiceCore

/// The secret of an issuer that signs with what both sides know. Source: RFC 7518, section 3.2.
struct SharedSecret: Sendable {
    private let key: SymmetricKey

    init(_ secret: Secret) {
        self.key = secret.withBytes { bytes in bytes.withUnsafeBytes { SymmetricKey(data: Array($0)) } }
    }

    /// Whether a signature is this secret's; compared in constant time. False for algorithms of another sort.
    func isSignature(_ signature: [UInt8], of bytes: ArraySlice<UInt8>, by algorithm: TokenAlgorithm) -> Bool {
        switch algorithm {
        case .hs256: HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: bytes, using: self.key)
        case .hs384: HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: bytes, using: self.key)
        case .hs512: HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: bytes, using: self.key)
        default: false
        }
    }
}
