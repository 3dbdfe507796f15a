import SluiceCore

/// Decides who makes a call: the bootstrap key, or a principal with the admin scope.
struct AdminAuthentication: Sendable {
    /// The actor that the audit table is told of the bootstrap key.
    static let bootstrapActor = "SLUICE_ADMIN_KEY"

    let bootstrapKey: Secret?
    private let attempts = FailedAttempts()

    init(bootstrapKey: Secret?) {
        self.bootstrapKey = bootstrapKey
    }

    /// What a credential proved.
    enum Proof {
        case bootstrap
        case principal(Principal)
    }

    /// Proves a credential. Throws what the caller is told.
    func prove(
        _ credential: Substring?,
        from source: String?,
        at now: UnixTime,
        by authenticator: any Authenticator
    ) async throws(AdminError) -> Proof {
        guard let credential, !credential.isEmpty else {
            throw AdminError(
                .unauthenticated, "No API key was sent. Send one as Authorization: Bearer, or as x-api-key.")
        }
        if let principal = authenticator.known(credential, from: source, at: now) { return .principal(principal) }
        if let seconds = self.attempts.wait(of: source, at: now) { throw Self.throttled(seconds) }
        // Compared in a time that depends on the lengths alone.
        if let key = self.bootstrapKey, Secret(String(credential)) == key { return .bootstrap }
        switch await authenticator.verify(String(credential), from: source, at: now) {
        case .accepted(let principal):
            return .principal(principal)
        case .refused:
            self.attempts.failed(from: source, at: now)
            throw AdminError(.unauthenticated, "The API key is not known here.")
        case .wrongNetwork:
            throw AdminError(.wrongNetwork, "The API key may not be used from this address.")
        case .unavailable(let why):
            throw AdminError(.unavailable, "The API key cannot be verified now: \(why)", retryAfterSeconds: 1)
        case .throttled(let seconds):
            throw Self.throttled(seconds)
        }
    }

    /// What a proof gives access to. Throws `noAdminScope` for a key without.
    static func access(
        _ proof: Proof,
        source: String?,
        requestID: String,
        at now: UnixTime
    ) throws(AdminError) -> AdminAccess {
        func access(
            _ scope: TenantScope,
            _ kind: AdministrativeAct.ActorKind,
            _ actor: String
        ) -> AdminAccess {
            AdminAccess(
                scope: scope, actorKind: kind, actor: actor, source: source, requestID: requestID, now: now)
        }
        guard case .principal(let principal) = proof else { return access(.all, .key, Self.bootstrapActor) }
        let isKey = principal.proof == .storedKey || principal.proof == .staticKey
        let kind: AdministrativeAct.ActorKind = isKey ? .key : .user
        let actor = isKey ? principal.keyID : principal.user ?? principal.keyID
        switch principal.admin {
        case .deployment:
            return access(.all, kind, actor)
        case .tenant:
            // Without a tenant there is nothing that it could see.
            guard let tenant = principal.tenant else { break }
            return access(.tenant(TenantID(tenant)), kind, actor)
        case .none:
            break
        }
        throw AdminError(.noAdminScope, "This key has no admin scope.")
    }

    private static func throttled(_ seconds: Int) -> AdminError {
        AdminError(
            .throttled, "Too many wrong keys came from this address. Try again later.", retryAfterSeconds: seconds)
    }
}
