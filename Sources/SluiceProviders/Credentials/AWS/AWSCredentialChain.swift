import SluiceCore

/// Where AWS's keys come from: the first source that is there.
///
/// Order: the configuration's keys, its profile, the environment's keys, a web identity, the environment's or the
/// default profile, a container's endpoint, the instance's role.
/// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers" (read 2026-11).
enum AWSCredentialChain {
    /// Plain HTTP is taken from these alone: the machine itself, ECS, and EKS Pod Identity.
    private static let containerHosts: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

    static func source(_ settings: CredentialSettings) -> CredentialSource {
        if let id = settings.accessKeyID, let key = settings.secretAccessKey {
            return self.fixed(id.expose(), key, settings.sessionToken)
        }
        if let profile = settings.profile {
            return AWSProfile.source(profile, settings)
                ?? .missing(CredentialError("there is no profile \(profile) with keys in AWS's files"))
        }
        if let id = settings.variable("AWS_ACCESS_KEY_ID"), let key = settings.variable("AWS_SECRET_ACCESS_KEY") {
            let token = settings.variable("AWS_SESSION_TOKEN").map { Secret($0) }
            return self.fixed(id, Secret(key), token)
        }
        return self.webIdentity(settings) ?? self.namedProfile(settings) ?? self.container(settings)
            ?? self.instance(settings)
    }

    static func fixed(_ id: String, _ key: Secret, _ token: Secret?) -> CredentialSource {
        .fixed(.aws(AWSCredentials(accessKeyID: id, secretAccessKey: key, sessionToken: token)))
    }

    private static func webIdentity(_ settings: CredentialSettings) -> CredentialSource? {
        guard let file = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE"), let role = settings.variable("AWS_ROLE_ARN")
        else { return nil }
        return .awsWebIdentity(
            AWSWebIdentitySource(
                tokenFile: file,
                roleARN: role,
                sessionName: settings.variable("AWS_ROLE_SESSION_NAME") ?? "sluice",
                region: self.region(settings)
            )
        )
    }

    static func region(_ settings: CredentialSettings) -> String? {
        settings.variable("AWS_REGION") ?? settings.variable("AWS_DEFAULT_REGION") ?? settings.region
    }

    private static func namedProfile(_ settings: CredentialSettings) -> CredentialSource? {
        if let name = settings.variable("AWS_PROFILE") ?? settings.variable("AWS_DEFAULT_PROFILE") {
            return AWSProfile.source(name, settings)
                ?? .missing(
                    CredentialError("AWS_PROFILE names \(name), and AWS's files have no such profile with keys"))
        }
        return AWSProfile.source("default", settings)
    }

    private static func container(_ settings: CredentialSettings) -> CredentialSource? {
        let url: CredentialURL?
        if let path = settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            url = CredentialURL("http://169.254.170.2\(path.hasPrefix("/") ? "" : "/")\(path)")
        } else if let text = settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            url = CredentialURL(text)
            if let url, !url.isSecure, !self.isTrusted(url.host) {
                return .missing(
                    CredentialError(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or of this machine, not of \(url.host)"))
            }
        } else {
            return nil
        }
        guard let url else { return .missing(CredentialError("the address of the container's credentials is no URL")) }
        let token = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if let token, !token.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            return .missing(CredentialError("AWS_CONTAINER_AUTHORIZATION_TOKEN holds what cannot stand in a header"))
        }
        return .awsContainer(
            AWSContainerSource(
                url: url,
                tokenFile: settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
                token: token
            )
        )
    }

    private static func isTrusted(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" || self.containerHosts.contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil } && parts[0] == "127"
    }

    private static func instance(_ settings: CredentialSettings) -> CredentialSource {
        if settings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            return .missing(CredentialError("there are none in the configuration, the environment or AWS's files"))
        }
        let isIPv6 = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        let usual = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        guard let url = CredentialURL(settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? usual) else {
            return .missing(CredentialError("AWS_EC2_METADATA_SERVICE_ENDPOINT is no URL"))
        }
        return .awsInstance(AWSInstanceSource(url))
    }
}
