public import SluiceCore

/// Verifies one sort of credentials: stored keys, JSON web tokens, opaque tokens. The results are kept by whoever asks.
public protocol CredentialVerifier: Sendable {
    /// Whether a credential looks like one of this sort. Of several verifiers the first that says so is asked. Synchronous and cheap.
    func recognizes(_ credential: String) -> Bool

    /// Verifies a credential, in bounded time.
    func verify(_ credential: String, at now: UnixTime) async -> VerifierResult
}

/// What a verifier found.
public enum VerifierResult: Sendable {
    /// It is good until a time at most (`nil`: until something is said to have changed), and from these networks only (`nil`: from all).
    case accepted(Principal, until: UnixTime?, networks: [CIDR]?)
    /// It is not good; the client is not told why.
    case refused
    /// It cannot be decided now; the text says why to the client, as the second half of a sentence, without secrets.
    case unavailable(String)
}
