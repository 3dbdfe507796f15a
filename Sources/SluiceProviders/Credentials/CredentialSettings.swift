public import SluiceCore

/// What a configuration and its surroundings say of one provider's credentials.
public struct CredentialSettings: Sendable {
    /// Names the key that signs.
    public var accessKeyID: Secret?
    /// Signs.
    public var secretAccessKey: Secret?
    /// Goes with temporary keys.
    public var sessionToken: Secret?
    /// The section of the vendor's credentials file.
    public var profile: String?
    /// The JSON of a service account.
    public var serviceAccount: Secret?
    /// The provider's region.
    public var region: String?
    /// The environment of the process.
    public var environment: [String: String]
    /// Reads a small file; `nil` when it cannot be read. Blocks.
    public var readFile: @Sendable (_ path: String) -> [UInt8]?

    /// Makes settings.
    public init(
        accessKeyID: Secret? = nil,
        secretAccessKey: Secret? = nil,
        sessionToken: Secret? = nil,
        profile: String? = nil,
        serviceAccount: Secret? = nil,
        region: String? = nil,
        environment: [String: String],
        readFile: @escaping @Sendable (_ path: String) -> [UInt8]?
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.profile = profile
        self.serviceAccount = serviceAccount
        self.region = region
        self.environment = environment
        self.readFile = readFile
    }

    /// A variable that is set and not empty.
    func variable(_ name: String) -> String? {
        guard let value = self.environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// A path, `~` standing for the home folder.
    func path(_ text: String) -> String {
        guard text.hasPrefix("~/"), let home = self.variable("HOME") else { return text }
        return home + text.dropFirst()
    }
}
