import SluiceCore
import Testing

@testable import SluiceProviders

@Suite("Where AWS's keys come from")
struct AWSChainTests {
    private static func source(
        _ environment: [String: String] = [:],
        files: [String: String] = [:],
        keys: (String, String)? = nil,
        profile: String? = nil
    ) -> CredentialSource? {
        let settings = CredentialSettings(
            accessKeyID: keys.map { Secret($0.0) },
            secretAccessKey: keys.map { Secret($0.1) },
            profile: profile,
            region: "eu-west-1",
            environment: environment.merging(["HOME": "/home/u"]) { first, _ in first }
        ) { path in
            files[path].map { Array($0.utf8) }
        }
        return ProviderRegistry.credentials(kind: "bedrock", settings)?.source
    }

    private static func keys(_ id: String, _ secret: String, _ token: String? = nil) -> CredentialSource {
        .fixed(
            .aws(
                AWSCredentials(accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) })
            ))
    }

    private static let everything = [
        "AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "es", "AWS_SESSION_TOKEN": "et",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn", "AWS_PROFILE": "p",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c", "AWS_REGION": "us-east-1",
    ]
    private static let files = [
        "/home/u/.aws/credentials": """
        # a comment
        [default]
        aws_access_key_id = d1
        aws_secret_access_key=d2 ; a comment
        [p]
          nested = x
        aws_access_key_id = p1
        aws_secret_access_key = p/2+#=
        aws_session_token = p3
        """,
        "/home/u/.aws/config": """
        [profile p]
        region = eu-central-1
        [profile web]
        role_arn = arn:web
        web_identity_token_file = ~/token
        region = eu-central-1
        [profile sso]
        sso_session = x
        [profile chained]
        role_arn = arn
        source_profile = p
        """,
    ]

    @Test("the first of them that is there counts")
    func order() throws {
        var environment = Self.everything
        #expect(Self.source(environment, files: Self.files, keys: ("c", "s"), profile: "p") == Self.keys("c", "s"))
        #expect(Self.source(environment, files: Self.files, profile: "p") == Self.keys("p1", "p/2+#=", "p3"))
        #expect(Self.source(environment, files: Self.files) == Self.keys("env", "es", "et"))
        environment["AWS_ACCESS_KEY_ID"] = ""
        let web = AWSWebIdentitySource(tokenFile: "/token", roleARN: "arn", sessionName: "sluice", region: "us-east-1")
        #expect(Self.source(environment, files: Self.files) == .awsWebIdentity(web))
        environment["AWS_ROLE_ARN"] = nil
        #expect(Self.source(environment, files: Self.files) == Self.keys("p1", "p/2+#=", "p3"))
        environment["AWS_PROFILE"] = nil
        #expect(Self.source(environment, files: Self.files) == Self.keys("d1", "d2"))
        let container = try AWSContainerSource(url: #require(CredentialURL("http://169.254.170.2/c")))
        #expect(Self.source(environment) == .awsContainer(container))
        let instance = try AWSInstanceSource(#require(CredentialURL("http://169.254.169.254")))
        #expect(Self.source() == .awsInstance(instance))
    }

    @Test("a profile with a web identity")
    func webProfile() {
        let web = AWSWebIdentitySource(
            tokenFile: "/home/u/token", roleARN: "arn:web", sessionName: "sluice", region: "eu-central-1")
        #expect(Self.source(files: Self.files, profile: "web") == .awsWebIdentity(web))
    }

    @Test(
        "a profile that cannot be used is said to be so, and nothing else takes its place",
        arguments: [
            ("sso", "the profile sso has sso_session, which is not supported; give it keys, or a web identity"),
            ("chained", "the profile chained has role_arn, which is not supported; give it keys, or a web identity"),
            ("nobody", "there is no profile nobody with keys in AWS's files"),
        ])
    func unusable(profile: String, message: String) {
        #expect(Self.source(Self.everything, files: Self.files, profile: profile) == .missing(CredentialError(message)))
        guard case .missing = Self.source(["AWS_PROFILE": profile], files: Self.files) else {
            Issue.record("another source was taken")
            return
        }
    }

    @Test("files elsewhere")
    func elsewhere() {
        let environment = ["AWS_SHARED_CREDENTIALS_FILE": "/x", "AWS_CONFIG_FILE": "~/y"]
        let files = [
            "/x": "[default]\naws_access_key_id=a\n",
            "/home/u/y": "[default]\r\naws_secret_access_key = b\r\naws_access_key_id = second\r\n",
        ]
        #expect(Self.source(environment, files: files) == Self.keys("a", "b"))
    }

    @Test(
        "plain HTTP is taken from a container's own hosts alone",
        arguments: [
            ("http://127.0.0.1:80/x", true), ("http://127.9.9.9/x", true), ("http://localhost/x", true),
            ("http://[::1]/x", true), ("http://169.254.170.2/x", true), ("http://169.254.170.23/v1/credentials", true),
            ("http://[fd00:ec2::23]/v1/credentials", true), ("https://anywhere.example.com/x", true),
            ("http://anywhere.example.com/x", false), ("http://169.254.169.254/x", false), ("http://10.0.0.1/x", false),
            ("http://127.0.0.1.example.com/x", false), ("http://127.example/x", false), ("ftp://localhost/x", false),
        ])
    func hosts(url: String, isTaken: Bool) {
        let source = Self.source([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t",
        ])
        if case .awsContainer(let container) = source {
            #expect(isTaken)
            #expect(container.token == "t")
        } else {
            #expect(!isTaken)
        }
    }

    @Test("the instance's service elsewhere, on IPv6, and switched off")
    func instance() {
        func host(_ environment: [String: String]) -> String? {
            guard case .awsInstance(let source) = Self.source(environment) else { return nil }
            return "\(source.host):\(source.port)"
        }
        #expect(host(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/"]) == "127.0.0.1:1338")
        #expect(host(["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"]) == "fd00:ec2::254:80")
        #expect(host(["AWS_EC2_METADATA_DISABLED": "True"]) == nil)
    }

    @Test("kinds that have keys alone have no such source")
    func others() {
        let settings = CredentialSettings(environment: [:]) { _ in nil }
        for kind in ["openai", "anthropic", "mock", "nobody"] {
            #expect(ProviderRegistry.credentials(kind: kind, settings) == nil)
        }
    }
}
