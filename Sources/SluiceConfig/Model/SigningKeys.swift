public import SluiceCore

/// Keys that sign requests: `access_key_id`, `secret_access_key` and `session_token` of a provider.
public struct SigningKeys: Sendable, Equatable {
    /// Names the secret key.
    public var accessKeyID: Secret
    /// Signs.
    public var secretAccessKey: Secret
    /// Goes with temporary keys.
    public var sessionToken: Secret?

    /// Makes keys.
    public init(accessKeyID: Secret, secretAccessKey: Secret, sessionToken: Secret? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}
