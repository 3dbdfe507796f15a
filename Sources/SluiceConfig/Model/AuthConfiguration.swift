public import SluiceCore

/// Who may call: `auth` in the file.
public struct AuthConfiguration: Sendable, Equatable {
    /// Whether a request needs a key: `required`, default true.
    public var isRequired: Bool
    /// The keys that stand in the file: `keys`.
    public var keys: [StaticKeyConfiguration]
    /// What becomes of an exchange whose client leaves, where its key does not say: `when_client_leaves`, default
    /// `cancel`.
    public var whenClientLeaves: ClientLeavePolicy
    /// Who may make an account: `registration`, default `off`.
    public var registration: RegistrationPolicy

    /// Makes an auth configuration; what is left out has its default.
    public init(
        isRequired: Bool = true,
        keys: [StaticKeyConfiguration] = [],
        whenClientLeaves: ClientLeavePolicy = .cancel,
        registration: RegistrationPolicy = .off
    ) {
        self.isRequired = isRequired
        self.keys = keys
        self.whenClientLeaves = whenClientLeaves
        self.registration = registration
    }
}
