public import SluiceCore

/// What proves who calls, where it comes from elsewhere or signs each request.
public enum Credential: Sendable, Hashable {
    /// Keys that sign.
    case aws(AWSCredentials)
    /// A token that goes with each request.
    case bearer(Secret)
}

/// AWS's keys, which sign requests.
public struct AWSCredentials: Sendable, Hashable {
    /// Names the secret key: `AKIA…`, or `ASIA…` where it is temporary. Not secret.
    public var accessKeyID: String
    /// Signs.
    public var secretAccessKey: Secret
    /// Goes with temporary keys.
    public var sessionToken: Secret?

    /// Makes credentials.
    public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

/// A credential and how long it is good for.
public struct ExpiringCredential: Sendable, Hashable {
    /// The credential.
    public var value: Credential
    /// When it ends, in seconds since 1970; `nil`: never.
    public var expiresAt: Int64?

    /// Makes a credential.
    public init(_ value: Credential, expiresAt: Int64? = nil) {
        self.value = value
        self.expiresAt = expiresAt
    }
}

/// Why there is no credential. The message is safe for logs.
public struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what was wrong, and where.
    public var message: String

    public var description: String { self.message }

    /// Makes an error.
    public init(_ message: String) {
        self.message = message
    }
}
