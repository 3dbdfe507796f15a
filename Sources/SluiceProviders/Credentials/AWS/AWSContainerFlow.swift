import SluiceCore
import SluiceWire

/// The credentials endpoint of a container, and how it is asked.
public struct AWSContainerSource: Sendable, Hashable {
    /// Where it is.
    public var url: CredentialURL
    /// The file with the value of `authorization`, read again each time, for the platform replaces it.
    public var tokenFile: String?
    /// The value of `authorization`, where there is no file.
    public var token: String?
}

/// Fetches keys from a container's endpoint: ECS and Fargate, EKS Pod Identity, Greengrass.
///
/// Source: AWS SDKs and Tools Reference Guide, "Container credential provider" (read 2026-11).
struct AWSContainerFlow: CredentialFlow {
    private static let name = "the container's credentials endpoint"
    private let source: AWSContainerSource

    init(_ source: AWSContainerSource) {
        self.source = source
    }

    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep {
        switch input {
        case .start:
            if let path = self.source.tokenFile { return .read(path: path) }
            return self.ask(token: self.source.token)
        case .file(let bytes):
            guard let token = FileToken.text(bytes) else {
                return .failed(CredentialError("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read"))
            }
            return self.ask(token: token)
        case .answer(let answer):
            return AWSKeysAnswer.step(answer, from: Self.name)
        }
    }

    private func ask(token: String?) -> CredentialStep {
        var headers = [(name: "accept", value: "application/json")]
        if let token { headers.append(("authorization", token)) }
        return .ask(CredentialRequest("GET", self.source.url, headers: headers, timeoutSeconds: 2))
    }
}

/// A token as files hold it: one line.
enum FileToken {
    static func text(_ bytes: [UInt8]?) -> String? {
        guard let bytes, bytes.count <= 65_536 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        let token = String(trimmed)
        // It becomes a header field or a part of a form.
        return !token.isEmpty && token.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? token : nil
    }
}

/// Keys as containers and instances give them.
enum AWSKeysAnswer {
    static func step(_ answer: CredentialAnswer?, from who: String) -> CredentialStep {
        do throws(CredentialError) {
            let json = try JSONAnswer(answer, from: who)
            // Instances say `Code`, and put a failure there with status 200.
            if let code = json.optionalText("Code"), code != "Success" {
                throw CredentialError("\(who) answered without keys")
            }
            let keys = AWSCredentials(
                accessKeyID: try json.text("AccessKeyId", from: who),
                secretAccessKey: Secret(try json.text("SecretAccessKey", from: who)),
                sessionToken: json.optionalText("Token").map { Secret($0) }
            )
            let end = json.optionalText("Expiration")
            let expiresAt = end.flatMap { CivilTime.seconds(ofRFC3339: $0) }
            if end != nil, expiresAt == nil { throw CredentialError("the answer of \(who) has no readable Expiration") }
            return .done(ExpiringCredential(.aws(keys), expiresAt: expiresAt))
        } catch {
            return .failed(error)
        }
    }
}
