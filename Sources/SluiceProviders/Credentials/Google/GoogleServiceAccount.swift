public import SluiceCore
import SluiceWire

/// A key file of a service account of Google's.
public struct GoogleServiceAccount: Sendable, Hashable {
    /// Whom it is for.
    public var email: String
    /// An RSA key, PEM.
    public var privateKey: Secret
    /// Names the key.
    public var privateKeyID: String?
    /// Where assertions become tokens.
    public var tokenURL: CredentialURL
    /// The project that the account belongs to.
    public var projectID: String?
}

/// The credentials that a user left on this machine.
public struct GoogleUser: Sendable, Hashable {
    /// The application that the user trusted.
    public var clientID: String
    /// Its secret.
    public var clientSecret: Secret
    /// Stands for the user's consent.
    public var refreshToken: Secret
    /// The project that pays.
    public var projectID: String?
}

/// A file of Google's application default credentials.
///
/// Source: Google Cloud, "Application Default Credentials", and AIP-4112 and AIP-4113 (read 2026-11).
public enum GoogleCredentialFile: Sendable, Hashable {
    /// A service account.
    case serviceAccount(GoogleServiceAccount)
    /// A user.
    case user(GoogleUser)

    private static let tokenURL = CredentialURL(isSecure: true, host: "oauth2.googleapis.com", target: "/token")

    /// Reads the JSON of a file.
    public init(_ bytes: [UInt8]) throws(CredentialError) {
        guard let document = try? JSONDocument(parsing: bytes), document.root.kind == .object else {
            throw CredentialError("the service account is no JSON object")
        }
        let root = document.root
        switch root["type"]?.stringValue {
        case "service_account":
            var url = Self.tokenURL
            if let text = root["token_uri"]?.stringValue {
                guard let parsed = CredentialURL(text), parsed.isSecure || parsed.isLocal else {
                    throw CredentialError("token_uri of the service account is no https URL")
                }
                url = parsed
            }
            self = .serviceAccount(
                GoogleServiceAccount(
                    email: try Self.text("client_email", root),
                    privateKey: Secret(try Self.text("private_key", root)),
                    privateKeyID: root["private_key_id"]?.stringValue,
                    tokenURL: url,
                    projectID: root["project_id"]?.stringValue
                )
            )
        case "authorized_user":
            self = .user(
                GoogleUser(
                    clientID: try Self.text("client_id", root),
                    clientSecret: Secret(try Self.text("client_secret", root)),
                    refreshToken: Secret(try Self.text("refresh_token", root)),
                    projectID: root["quota_project_id"]?.stringValue
                )
            )
        case "external_account", "external_account_authorized_user", "impersonated_service_account",
            "gdch_service_account":
            throw CredentialError(
                "credentials of the type \(root["type"]?.stringValue ?? "") are not supported; use a service account")
        default:
            throw CredentialError("the service account has no known type")
        }
    }

    /// The project that stands in the file.
    public var projectID: String? {
        switch self {
        case .serviceAccount(let account): account.projectID
        case .user(let user): user.projectID
        }
    }

    /// Where tokens come from.
    public var source: CredentialSource {
        switch self {
        case .serviceAccount(let account): .googleServiceAccount(account)
        case .user(let user): .googleUser(user)
        }
    }

    private static func text(_ key: String, _ root: JSONNode) throws(CredentialError) -> String {
        guard let text = root[key]?.stringValue, !text.isEmpty else {
            throw CredentialError("the service account has no \(key)")
        }
        return text
    }
}
