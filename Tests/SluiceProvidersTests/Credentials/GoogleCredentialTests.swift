import CryptoExtras
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceProviders

@Suite("Google's tokens")
struct GoogleCredentialTests {
    /// Made once: a key of 2048 bits takes a moment.
    private static let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

    private static func file(_ key: _RSA.Signing.PrivateKey) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in [
            ("type", "service_account"), ("project_id", "proj"), ("private_key_id", "kid1"),
            ("private_key", key.pkcs8PEMRepresentation), ("client_email", "a@proj.iam.gserviceaccount.com"),
            ("token_uri", "https://oauth2.googleapis.com/token"),
        ] {
            json.key(name)
            json.string(value)
        }
        json.endObject()
        return json.take()
    }

    private static func decoded(_ text: Substring) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var bits = 0
        var word: UInt32 = 0
        return text.utf8.reduce(into: []) { bytes, character in
            word = word << 6 | UInt32(alphabet.firstIndex(of: character) ?? 0)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
    }

    @Test("a service account: an assertion that its key signed, for a token")
    func serviceAccount() throws {
        let key = try #require(Self.key)
        let file = try GoogleCredentialFile(Self.file(key))
        #expect(file.projectID == "proj")
        var driver = try FlowDriver(file.source)
        let answer = CredentialAnswer.ok(#"{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}"#)
        let credential = try driver.run([answer])
        #expect(credential == ExpiringCredential(.bearer(Secret("ya29.x")), expiresAt: driver.now + 3599))
        let request = try #require(driver.asked.first)
        #expect(request.method == "POST")
        #expect(request.url.description == "https://oauth2.googleapis.com/token")
        let prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
        let text = try #require(request.text)
        #expect(text.hasPrefix(prefix))
        let parts = text.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        let head = try JSONDocument(parsing: Self.decoded(parts[0])).root
        #expect(head["alg"]?.stringValue == "RS256")
        #expect(head["kid"]?.stringValue == "kid1")
        let claims = try JSONDocument(parsing: Self.decoded(parts[1])).root
        #expect(claims["iss"]?.stringValue == "a@proj.iam.gserviceaccount.com")
        #expect(claims["aud"]?.stringValue == "https://oauth2.googleapis.com/token")
        #expect(claims["scope"]?.stringValue == "https://www.googleapis.com/auth/cloud-platform")
        #expect(claims["iat"]?.intValue == Int(driver.now))
        #expect(claims["exp"]?.intValue == Int(driver.now) + 3600)
        let signature = _RSA.Signing.RSASignature(rawRepresentation: Self.decoded(parts[2]))
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        #expect(key.publicKey.isValidSignature(signature, for: signed, padding: .insecurePKCS1v1_5))
    }

    @Test("a user: what stands for the consent, for a token")
    func user() throws {
        let file = try GoogleCredentialFile(
            Array(
                #"{"type":"authorized_user","client_id":"c","client_secret":"s&","refresh_token":"1//r","quota_project_id":"q"}"#
                    .utf8))
        #expect(file.projectID == "q")
        var driver = try FlowDriver(file.source)
        _ = try driver.run([.ok(#"{"access_token":"t","expires_in":"60"}"#)])
        #expect(
            driver.asked.first?.text == "grant_type=refresh_token&client_id=c&client_secret=s%26&refresh_token=1%2F%2Fr"
        )
    }

    @Test("the metadata server, which is never reached through a proxy")
    func metadata() throws {
        let source = try #require(GoogleMetadataSource("metadata.google.internal"))
        var driver = try FlowDriver(.googleMetadata(source))
        _ = try driver.run([.ok(#"{"access_token":"t","expires_in":1200}"#)])
        let request = try #require(driver.asked.first)
        #expect(request.header("metadata-flavor") == "Google")
        #expect(
            request.url.description
                == "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token")
        #expect(request.url.isLocal)
        #expect(GoogleMetadataSource("a/b") == nil)
    }

    @Test(
        "answers without a token",
        arguments: [
            (nil, "Google's metadata server did not answer in time"),
            (.status(404, "{}"), "Google's metadata server answered with status 404"),
            (
                .status(400, #"{"error":"invalid_grant","error_description":"secret"}"#),
                "Google's metadata server answered with status 400 (invalid_grant)"
            ),
            (
                .ok(#"{"access_token":"a\r\nb","expires_in":1}"#),
                "the answer of Google's metadata server has no access_token"
            ),
            (.ok(#"{"access_token":"t"}"#), "the answer of Google's metadata server has no expires_in"),
            (.ok(#"{"access_token":"t","expires_in":-1}"#), "the answer of Google's metadata server has no expires_in"),
        ] as [(CredentialAnswer?, String)])
    func failures(answer: CredentialAnswer?, message: String) throws {
        var driver = try FlowDriver(.googleMetadata(#require(GoogleMetadataSource("h:1"))))
        let error = #expect(throws: CredentialError.self) { try driver.run([answer]) }
        #expect(error?.message == message)
    }

    @Test("a long life is bounded")
    func bounded() throws {
        var driver = try FlowDriver(.googleMetadata(#require(GoogleMetadataSource("h"))))
        let text = #"{"access_token":"t","expires_in":9223372036854775807}"#
        #expect(try driver.run([.ok(text)]).expiresAt == driver.now + 43_200)
    }

    @Test(
        "files that cannot be used",
        arguments: [
            ("[]", "the service account is no JSON object"), ("{}", "the service account has no known type"),
            (#"{"type":"service_account","client_email":"a"}"#, "the service account has no private_key"),
            (
                #"{"type":"external_account"}"#,
                "credentials of the type external_account are not supported; use a service account"
            ),
            (
                #"{"type":"service_account","client_email":"a","private_key":"k","token_uri":"http://evil.example.com/"}"#,
                "token_uri of the service account is no https URL"
            ),
        ])
    func files(text: String, message: String) {
        let error = #expect(throws: CredentialError.self) { try GoogleCredentialFile(Array(text.utf8)) }
        #expect(error?.message == message)
    }

    @Test("a key that is none is said to be so, without a word of it")
    func badKey() throws {
        let text = #"{"type":"service_account","client_email":"a","private_key":"canary"}"#
        var driver = try FlowDriver(GoogleCredentialFile(Array(text.utf8)).source)
        let error = #expect(throws: CredentialError.self) { try driver.run([]) }
        #expect(error?.message == "private_key of the service account is no RSA key of at least 2048 bits in PEM")
    }

    @Test("the first that is there: the configuration's, gcloud's, the machine's")
    func chain() throws {
        let user = #"{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r"}"#
        func source(_ account: String?, files: [String: String]) -> CredentialSource? {
            let settings = CredentialSettings(
                serviceAccount: account.map { Secret($0) },
                environment: ["HOME": "/h", "GCE_METADATA_HOST": "127.0.0.1:9"]
            ) { path in files[path].map { Array($0.utf8) } }
            return ProviderRegistry.credentials(kind: "vertex", settings)?.source
        }
        let file = ["/h/.config/gcloud/application_default_credentials.json": user]
        guard case .missing = source("{}", files: file) else {
            Issue.record("a broken account was passed over")
            return
        }
        guard case .googleUser = source(nil, files: file) else {
            Issue.record("gcloud's was passed over")
            return
        }
        #expect(try source(nil, files: [:]) == .googleMetadata(#require(GoogleMetadataSource("127.0.0.1:9"))))
    }

    @Test("Vertex has project and region in the path, and the token in a field")
    func vertex() async throws {
        let endpoint = Endpoint(isSecure: true, host: "eu-aiplatform.googleapis.com", port: 443, path: "")
        var settings = ProviderSettings(
            name: "v", kind: "vertex", endpoint: endpoint, region: "europe-west4", project: "p/1")
        settings.credentials = CredentialStore(name: "v", source: .fixed(.bearer(Secret("ya29.token"))))
        let provider = try #require(ProviderRegistry.make(settings))
        try await provider.prepareCredentials()
        let address = try #require(provider.address(surface: .streamGenerateContent, model: "models/gemini-2.5-pro"))
        #expect(
            address.target
                == "/v1/projects/p%2F1/locations/europe-west4/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse"
        )
        #expect(address.headers.map { "\($0.name): \($0.value)" } == ["authorization: Bearer ya29.token"])
        #expect(provider.leaksCredential("ya29.token"))
        let user = GoogleUser(clientID: "c", clientSecret: Secret("s"), refreshToken: Secret("r"), projectID: "q")
        settings.credentials = CredentialStore(name: "v", source: .googleUser(user))
        let ofUser = try #require(ProviderRegistry.make(settings)?.address(surface: .generateContent, model: "m"))
        #expect(ofUser.headers.map { "\($0.name): \($0.value)" } == ["x-goog-user-project: q"])
        settings.project = nil
        let homeless = try #require(ProviderRegistry.make(settings))
        await #expect(throws: GatewayError.self) { try await homeless.prepareCredentials() }
    }

    @Test(
        "the address of a region",
        arguments: [
            ("vertex", "global", "https://aiplatform.googleapis.com"),
            ("vertex", "europe-west4", "https://europe-west4-aiplatform.googleapis.com"),
            ("bedrock", "eu-west-1", "https://bedrock-runtime.eu-west-1.amazonaws.com"),
            ("bedrock", "cn-north-1", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"),
        ])
    func regions(kind: String, region: String, url: String) {
        #expect(ProviderRegistry.kinds.first { $0.kind == kind }?.regionalBaseURL?(region) == url)
    }
}
