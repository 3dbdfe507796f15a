import SluiceCore

/// The metadata server of a machine of Google's.
public struct GoogleMetadataSource: Sendable, Hashable {
    /// Its host: `metadata.google.internal`, or what GCE_METADATA_HOST says.
    public var host: String
    /// Its port.
    public var port: Int

    /// Makes a source of `host` or `host:port`; `nil` when that is none.
    init?(_ authority: String) {
        guard let url = CredentialURL("http://\(authority)/"), url.target == "/" else { return nil }
        self.host = url.host
        self.port = url.port
    }
}

/// Fetches a token of the machine's service account: GCE, GKE, Cloud Run.
///
/// Source: Google Cloud, "View and query VM metadata", access tokens (read 2026-11).
struct GoogleMetadataFlow: CredentialFlow {
    private let source: GoogleMetadataSource

    init(_ source: GoogleMetadataSource) {
        self.source = source
    }

    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep {
        guard case .answer(let answer) = input else {
            let target = "/computeMetadata/v1/instance/service-accounts/default/token"
            return .ask(
                CredentialRequest(
                    "GET",
                    CredentialURL(isSecure: false, host: self.source.host, port: self.source.port, target: target),
                    headers: [("metadata-flavor", "Google"), ("accept", "application/json")],
                    timeoutSeconds: 3
                )
            )
        }
        return GoogleToken.step(answer, from: "Google's metadata server", now: now)
    }
}

/// A token as Google gives it. Source: RFC 6749, section 5.1.
enum GoogleToken {
    private static let longestLifeSeconds: Int64 = 43_200

    static func step(_ answer: CredentialAnswer?, from who: String, now: Int64) -> CredentialStep {
        do throws(CredentialError) {
            let json = try JSONAnswer(answer, from: who)
            let token = try json.text("access_token", from: who)
            guard let life = json.seconds("expires_in"), life > 0 else {
                throw CredentialError("the answer of \(who) has no expires_in")
            }
            let expiresAt = now + min(life, Self.longestLifeSeconds)
            return .done(ExpiringCredential(.bearer(Secret(token)), expiresAt: expiresAt))
        } catch {
            return .failed(error)
        }
    }
}
