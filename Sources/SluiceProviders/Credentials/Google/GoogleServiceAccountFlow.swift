import SluiceCore

/// Fetches a token for a service account: an assertion that its key signs, for a token.
///
/// Source: Google Identity, "Using OAuth 2.0 for Server to Server Applications" (read 2026-11); RFC 7523.
struct GoogleServiceAccountFlow: CredentialFlow {
    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private let account: GoogleServiceAccount

    init(_ account: GoogleServiceAccount) {
        self.account = account
    }

    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep {
        if case .answer(let answer) = input {
            return GoogleToken.step(answer, from: "Google's token service", now: now)
        }
        do throws(CredentialError) {
            let assertion = try JWTAssertion.make(self.account, scope: Self.scope, now: now)
            let body = FormBody.encode([
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion),
            ])
            return .ask(
                CredentialRequest(
                    "POST",
                    self.account.tokenURL,
                    headers: [FormBody.contentType, ("accept", "application/json")],
                    body: body
                )
            )
        } catch {
            return .failed(error)
        }
    }
}

/// Fetches a token for a user, with what stands for the consent. Source: RFC 6749, section 6.
struct GoogleUserFlow: CredentialFlow {
    private let user: GoogleUser

    init(_ user: GoogleUser) {
        self.user = user
    }

    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep {
        if case .answer(let answer) = input {
            return GoogleToken.step(answer, from: "Google's token service", now: now)
        }
        let body = FormBody.encode([
            ("grant_type", "refresh_token"), ("client_id", self.user.clientID),
            ("client_secret", self.user.clientSecret.expose()), ("refresh_token", self.user.refreshToken.expose()),
        ])
        return .ask(
            CredentialRequest(
                "POST",
                CredentialURL(isSecure: true, host: "oauth2.googleapis.com", target: "/token"),
                headers: [FormBody.contentType, ("accept", "application/json")],
                body: body
            )
        )
    }
}
