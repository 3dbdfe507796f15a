import Crypto
import SluiceCore
import SluiceWire
import Synchronization

/// Signs requests as AWS demands: Signature Version 4, in the `Authorization` field.
///
/// The path is encoded once more for the signature than it is in the request, as all services but S3 demand.
/// Source: AWS IAM User Guide, "Create a signed AWS API request" (read 2026-11).
final class SigV4Signer: Sendable {
    private struct DerivedKey {
        var date: String
        var credentials: AWSCredentials
        var key: SymmetricKey
    }

    let region: String
    let service: String
    private let signs: @Sendable (String) -> Bool
    private let derived = Mutex<DerivedKey?>(nil)

    /// - Parameter signs: which of a request's own fields are signed beside `host`. Left to itself, those that AWS
    ///   demands: others may be changed by what lies between.
    init(
        region: String,
        service: String,
        signs: @escaping @Sendable (_ name: String) -> Bool = { $0 == "content-type" || $0.hasPrefix("x-amz") }
    ) {
        self.region = region
        self.service = service
        self.signs = signs
    }

    /// The fields that a request lacks: the time, the session token if there is one, and the signature.
    func headers(
        for request: UnsignedRequest,
        with credentials: AWSCredentials
    ) -> [(name: String, value: String)] {
        let time = CivilTime(secondsSince1970: request.now)
        var added = [(name: "x-amz-date", value: time.basicText)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token.expose())) }
        let canonical = CanonicalRequest(request, adding: added, bodyHash: Self.hash(of: request), signs: self.signs)
        let scope = "\(time.basicDate)/\(self.region)/\(self.service)/aws4_request"
        let text = Self.stringToSign(canonical, time: time.basicText, scope: scope)
        let key = self.key(date: time.basicDate, credentials)
        let signature = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        let value =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(canonical.signedHeaders), Signature=\(Hexadecimal.text(signature))"
        added.append(("authorization", value))
        return added
    }

    static func stringToSign(_ canonical: CanonicalRequest, time: String, scope: String) -> String {
        let hash = SHA256.hash(data: Array(canonical.text.utf8))
        return "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Hexadecimal.text(hash))"
    }

    static func hash(of request: UnsignedRequest) -> String {
        var hash = SHA256()
        request.visitBody { piece in
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return Hexadecimal.text(hash.finalize())
    }

    /// The day's key. Four hashes are saved on every request of a day but the first.
    private func key(date: String, _ credentials: AWSCredentials) -> SymmetricKey {
        self.derived.withLock { derived in
            if let derived, derived.date == date, derived.credentials == credentials { return derived.key }
            var key = SymmetricKey(data: Array("AWS4".utf8) + credentials.secretAccessKey.withBytes { Self.array($0) })
            for part in [date, self.region, self.service, "aws4_request"] {
                key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
            }
            derived = DerivedKey(date: date, credentials: credentials, key: key)
            return key
        }
    }

    private static func array(_ span: Span<UInt8>) -> [UInt8] {
        span.indices.map { span[$0] }
    }
}

/// Bytes as lower-case digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
