/// What was found of a credential, whoever sent it.
enum VerificationOutcome: Sendable {
    /// It is good.
    case good(KnownCredential)
    /// It was good, and something on which that depends changed meanwhile: look again.
    case changedMeanwhile
    /// It is not good.
    case refused
    /// It cannot be decided now.
    case unavailable(String)
    /// The one who was to verify it sent too many wrong ones while it waited.
    case throttled

    /// Said when more wait than may.
    static let tooMany = "too many are being verified"
    /// Said when it took longer than it may.
    static let late = "it took too long"
}
