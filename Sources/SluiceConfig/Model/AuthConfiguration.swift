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
    /// Who signs tokens that are taken in place of a key: `jwt`.
    public var issuers: [TokenIssuer]
    /// Who is asked about opaque tokens: `introspection`.
    public var introspection: [IntrospectionEndpoint]
    /// Whose certificates are taken in place of a key: `client_certificates`. The first that fits counts.
    public var certificates: [CertificateRule]
    /// How providers are told who asks: `forward_identity`.
    public var identityHeaders: IdentityHeaders
    /// Who may make an account: `registration`, default `off`.
    public var registration: RegistrationPolicy

    /// Makes an auth configuration; what is left out has its default.
    public init(
        isRequired: Bool = true,
        keys: [StaticKeyConfiguration] = [],
        whenClientLeaves: ClientLeavePolicy = .cancel,
        issuers: [TokenIssuer] = [],
        introspection: [IntrospectionEndpoint] = [],
        certificates: [CertificateRule] = [],
        identityHeaders: IdentityHeaders = IdentityHeaders(),
        registration: RegistrationPolicy = .off
    ) {
        self.isRequired = isRequired
        self.keys = keys
        self.whenClientLeaves = whenClientLeaves
        self.issuers = issuers
        self.introspection = introspection
        self.certificates = certificates
        self.identityHeaders = identityHeaders
        self.registration = registration
    }
}
