import SluiceCore
import SluiceWire

/// A token in a file that STS changes into the keys of a role.
public struct AWSWebIdentitySource: Sendable, Hashable {
    /// The file, read again each time, for the platform replaces it.
    public var tokenFile: String
    /// The role.
    public var roleARN: String
    /// What AWS's logs call the session.
    public var sessionName: String
    /// The region whose STS is asked; `nil`: the global one.
    public var region: String?
}

/// Fetches the keys of a role for a web identity: EKS's roles for service accounts, and other OIDC issuers.
///
/// The request is not signed.
/// Source: AWS STS API Reference, AssumeRoleWithWebIdentity, version 2011-06-15 (read 2026-11).
struct AWSWebIdentityFlow: CredentialFlow {
    private static let name = "STS"
    private let source: AWSWebIdentitySource

    init(_ source: AWSWebIdentitySource) {
        self.source = source
    }

    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep {
        switch input {
        case .start: return .read(path: self.source.tokenFile)
        case .file(let bytes):
            guard let token = FileToken.text(bytes) else {
                return .failed(CredentialError("AWS_WEB_IDENTITY_TOKEN_FILE cannot be read"))
            }
            return .ask(self.request(token: token))
        case .answer(let answer):
            do throws(CredentialError) {
                return .done(try Self.read(answer))
            } catch {
                return .failed(error)
            }
        }
    }

    private func request(token: String) -> CredentialRequest {
        let host = self.source.region.map { AWSRegion.host("sts", region: $0) } ?? "sts.amazonaws.com"
        let body = FormBody.encode([
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"),
            ("RoleArn", self.source.roleARN), ("RoleSessionName", self.source.sessionName),
            ("WebIdentityToken", token),
        ])
        return CredentialRequest(
            "POST",
            CredentialURL(isSecure: true, host: host, target: "/"),
            headers: [FormBody.contentType, ("accept", "text/xml")],
            body: body
        )
    }

    private static func read(_ answer: CredentialAnswer?) throws(CredentialError) -> ExpiringCredential {
        guard let answer else { throw CredentialError("\(Self.name) did not answer in time") }
        let body = answer.body[...]
        guard answer.status == 200 else {
            let code = XMLText.element("Code", in: body).map { " (\($0))" } ?? ""
            throw CredentialError("\(Self.name) answered with status \(answer.status)\(code)")
        }
        guard let id = XMLText.element("AccessKeyId", in: body),
            let secret = XMLText.element("SecretAccessKey", in: body),
            let token = XMLText.element("SessionToken", in: body),
            let end = XMLText.element("Expiration", in: body).flatMap({ CivilTime.seconds(ofRFC3339: $0) })
        else { throw CredentialError("the answer of \(Self.name) has no keys") }
        let keys = AWSCredentials(accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token))
        return ExpiringCredential(.aws(keys), expiresAt: end)
    }
}

/// The text of single elements of an answer of STS, whose values are printable ASCII without markup.
enum XMLText {
    static func element(_ name: String, in bytes: ArraySlice<UInt8>) -> String? {
        guard let start = Self.end(of: Array("<\(name)>".utf8), in: bytes) else { return nil }
        let rest = bytes[start...]
        guard let close = rest.firstIndex(of: UInt8(ascii: "<")), rest[close...].starts(with: Array("</\(name)>".utf8))
        else { return nil }
        let text = rest[..<close]
        let isPlain = text.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "&") }
        return isPlain && !text.isEmpty && text.count <= 16_384 ? String(decoding: text, as: UTF8.self) : nil
    }

    private static func end(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count <= 262_144 else { return nil }
        var index = bytes.startIndex
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            if bytes[start...].starts(with: pattern) { return start + pattern.count }
            index = start + 1
        }
        return nil
    }
}
