/// Whose client certificates are taken in place of a key: an item of `auth.client_certificates`.
public struct CertificateRule: Sendable, Hashable {
    /// What of a certificate is looked at.
    public enum Field: String, Sendable, CaseIterable {
        case subject
        case dns
        case uri
        case email
    }

    /// What is looked at.
    public var field: Field
    /// The text that it must be; `*` stands for any run of characters.
    public var pattern: ModelPattern
    /// The name in logs and metrics.
    public var name: String
    /// The tenant: `tenant`.
    public var tenant: String?
    /// The team: `team`.
    public var team: String?
    /// The user: `user`. `nil`: what a pattern with `*` matched, else nobody.
    public var user: String?
    /// The models that may be used: `models`. `nil`: all of them.
    public var models: [ModelPattern]?
    /// What may be done at the admin API: `admin`.
    public var admin: KeyRecord.AdminScope

    /// Makes a rule; what is left out is not said.
    public init(
        field: Field,
        pattern: ModelPattern,
        name: String,
        tenant: String? = nil,
        team: String? = nil,
        user: String? = nil,
        models: [ModelPattern]? = nil,
        admin: KeyRecord.AdminScope = .none
    ) {
        self.field = field
        self.pattern = pattern
        self.name = name
        self.tenant = tenant
        self.team = team
        self.user = user
        self.models = models
        self.admin = admin
    }

    /// The name of a certificate that this rule is about; `nil` if it is about another.
    func match(_ peer: PeerIdentity) -> String? {
        switch self.field {
        case .subject:
            // An escaped comma in one part looks like the beginning of the next to a `*`.
            guard self.pattern.isExact || !peer.subject.utf8.contains(UInt8(ascii: "\\")) else { return nil }
            return self.pattern.matches(peer.subject) ? peer.subject : nil
        case .dns: return peer.dnsNames.first { self.pattern.matches($0) }
        case .uri: return peer.uris.first { self.pattern.matches($0) }
        case .email: return peer.emails.first { self.pattern.matches($0) }
        }
    }
}
