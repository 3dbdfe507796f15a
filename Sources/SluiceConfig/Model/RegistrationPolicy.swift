/// Who may make an account at `POST /auth/register`: `auth.registration`.
public enum RegistrationPolicy: Sendable, Equatable {
    /// A domain of addresses, and where its users belong.
    public struct Domain: Sendable, Equatable {
        /// The part after the `@`, in lower case. Subdomains are others.
        public var name: String
        /// The id of the tenant of its users; `nil` for the one that every deployment has.
        public var tenant: String?

        /// Makes a domain.
        public init(name: String, tenant: String? = nil) {
            self.name = name
            self.tenant = tenant
        }
    }

    /// Nobody: there is no such path, and none to get a key with a password.
    case off
    /// Everybody, into the tenant that every deployment has.
    case open
    /// Who has an address of one of these domains.
    case domains([Domain])

    /// Whether an address may be registered, and the tenant that it comes into; `nil` inside for the one that every deployment has.
    ///
    /// - Parameter email: an address, in lower case.
    public func tenant(of email: String) -> String?? {
        switch self {
        case .off: return nil
        case .open: return .some(nil)
        case .domains(let domains):
            guard let at = email.lastIndex(of: "@") else { return nil }
            let name = email[email.index(after: at)...]
            guard let domain = domains.first(where: { $0.name == name }) else { return nil }
            return .some(domain.tenant)
        }
    }
}
