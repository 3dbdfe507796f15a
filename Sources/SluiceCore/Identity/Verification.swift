/// What became of verifying a credential.
public enum Verification: Sendable {
    /// It is good.
    case accepted(Principal)
    /// Nobody knows it, its secret is wrong, or it is disabled, revoked or expired: the client is told the same for all of them.
    case refused
    /// It is good, but not from this address.
    case wrongNetwork
    /// It cannot be decided now, since the database or the issuer is away or too many wait; the text says why
    /// to the client, as the second half of a sentence, without secrets.
    case unavailable(String)
    /// Too many wrong credentials came from this address; the next is looked at after so many seconds.
    case throttled(retryAfterSeconds: Int)
}
