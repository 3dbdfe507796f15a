import SluiceConfig
import SluiceCore
import Testing

@Suite("Tokens and certificates of a configuration")
struct TokenConfigurationTests {
    private func auth(_ text: String, files: [String: String] = [:]) throws -> AuthConfiguration {
        let result = loadYAML("auth:\n" + text, files: files)
        #expect(result.errors.isEmpty, "\(result.report)")
        return try #require(result.configuration, "\(result.report)").auth
    }

    private func report(_ text: String) -> String { loadYAML("auth:\n" + text).report }

    private let everything = """
          jwt:
            - issuer: https://id.example.com/
              audience: [sluice, other]
              jwks: https://id.example.com/keys?v=2
              algorithms: [ES256, EdDSA]
              leeway: 0s
              keep_keys: 2h
              user_claim: email
              team_claim: groups
              tenant_claim: org_id
              scopes_claim: realm_access.roles
              require: [email_verified]
              models: ["gpt-*"]
              when_client_leaves: drain
            - { issuer: "https://two.example.com", audience: a, jwks: keys.json, tenant: acme }
            - { issuer: "https://three.example.com", audience: a, algorithms: [HS256], secret: 0123456789abcdef0123456789abcdef }
          introspection:
            - { url: "https://id.example.com/introspect", client_id: gateway, client_secret: s, audience: a, cache: 5m, scopes_claim: scope }
          client_certificates:
            - { match: { subject: "CN=ci,O=Acme" }, name: ci, tenant: acme, team: build, user: bot, models: ["*"], admin: tenant }
            - { match: { uri: "spiffe://example.com/*" }, name: mesh }
            - { match: { dns: "*.EXAMPLE.com" }, name: hosts, admin: false }
            - { match: { email: a@example.com }, name: mail, admin: true }
          forward_identity: { user: X-User-Id, tenant: X-Org }

        """

    @Test("every key is read")
    func everyKey() throws {
        let auth = try self.auth(self.everything, files: ["keys.json": "{}"])
        let claims = ClaimRules(
            user: "email", team: "groups", tenant: "org_id", scopes: "realm_access.roles", required: ["email_verified"],
            models: [ModelPattern("gpt-*")], whenClientLeaves: .drain)
        let expected = [
            TokenIssuer(
                issuer: "https://id.example.com/", audiences: ["sluice", "other"],
                keys: .url(try #require(WebURL("https://id.example.com/keys?v=2"))), algorithms: [.es256, .edDSA],
                leeway: .zero, keepKeys: .seconds(7200), claims: claims),
            TokenIssuer(
                issuer: "https://two.example.com", audiences: ["a"], keys: .file("keys.json"),
                claims: ClaimRules(fixedTenant: "acme")),
            TokenIssuer(
                issuer: "https://three.example.com", audiences: ["a"], keys: .none, algorithms: [.hs256],
                secret: Secret("0123456789abcdef0123456789abcdef")),
        ]
        #expect(auth.issuers == expected)
        let endpoint = IntrospectionEndpoint(
            url: try #require(WebURL("https://id.example.com/introspect")), clientID: "gateway",
            clientSecret: Secret("s"), audiences: ["a"], cache: .seconds(300), claims: ClaimRules(scopes: "scope"))
        #expect(auth.introspection == [endpoint])
        let rules = [
            CertificateRule(
                field: .subject, pattern: ModelPattern("CN=ci,O=Acme"), name: "ci", tenant: "acme", team: "build",
                user: "bot", models: [ModelPattern("*")], admin: .tenant),
            CertificateRule(field: .uri, pattern: ModelPattern("spiffe://example.com/*"), name: "mesh"),
            CertificateRule(field: .dns, pattern: ModelPattern("*.example.com"), name: "hosts"),
            CertificateRule(field: .email, pattern: ModelPattern("a@example.com"), name: "mail", admin: .deployment),
        ]
        #expect(auth.certificates == rules)
        #expect(auth.identityHeaders == IdentityHeaders(user: "x-user-id", tenant: "x-org"))
    }

    @Test("what is left out has its default: discovery, all algorithms of public keys, a minute, a day")
    func defaults() throws {
        let auth = try self.auth("  jwt: [{ issuer: https://id.example.com, audience: a }]\n")
        #expect(auth.issuers == [TokenIssuer(issuer: "https://id.example.com", audiences: ["a"])])
        #expect(auth.issuers.first?.keys == .discovered)
        #expect(auth.issuers.first?.algorithms.contains { $0.isSymmetric } == false)
        let one = try self.auth("  introspection: { url: \"https://a/b\", client_id: c }\n")
        #expect(one.introspection.map(\.clientID) == ["c"])
        #expect(try self.auth("  required: true\n").identityHeaders == IdentityHeaders())
    }

    @Test(
        "what cannot be meant is an error that says what to do",
        arguments: [
            ("  jwt: [{ audience: a }]\n", "auth.jwt[0].issuer: missing"),
            ("  jwt: [{ issuer: https://a }]\n", "auth.jwt[0].audience: missing"),
            ("  jwt: [{ issuer: https://a, audience: [] }]\n", "auth.jwt[0].audience: missing"),
            ("  jwt: [{ issuer: a, audience: a }]\n", "expected the URL that tokens name as iss"),
            ("  jwt: [{ issuer: https://a, audience: a, jwks: none.json }]\n", "none.json is not found"),
            ("  jwt: [{ issuer: https://a, audience: a, algorithms: [none] }]\n", "expected one of RS256"),
            ("  jwt: [{ issuer: https://a, audience: a, algorithms: [] }]\n", "write one at least"),
            ("  jwt: [{ issuer: https://a, audience: a, algorithms: [HS256] }]\n", "write it as secret"),
            ("  jwt: [{ issuer: https://a, audience: a, algorithms: [HS256], secret: short }]\n", "shorter than 32"),
            (
                "  jwt: [{ issuer: https://a, audience: a, secret: 0123456789abcdef0123456789abcdef }]\n",
                "no algorithm uses it"
            ),
            ("  jwt: [{ issuer: https://a, audience: a, tenant: t, tenant_claim: c }]\n", "names it already"),
            ("  introspection: { url: \"https://a/b\" }\n", "auth.introspection.client_id: missing"),
            ("  introspection: { url: \"https://a/b\", client_id: c, cache: 2h }\n", "from 0s to 1h"),
            ("  client_certificates: [{ name: a }]\n", "expected one of subject, dns, uri and email"),
            ("  client_certificates: [{ name: a, match: { dns: a, uri: b } }]\n", "expected one of subject"),
            ("  client_certificates: [{ match: { dns: a } }]\n", "client_certificates[0].name: missing"),
            ("  client_certificates: [{ name: a, match: { dns: a }, admin: tenant }]\n", "no tenant to administer"),
            ("  forward_identity: { user: Authorization }\n", "a header field of its own"),
            ("  forward_identity: { user: \"a b\" }\n", "a header field of its own"),
        ])
    func errors(text: String, message: String) {
        let report = self.report(text)
        #expect(report.contains("error: "), "\(report)")
        #expect(report.contains(message), "\(report)")
    }

    @Test("keys that come in clear text are warned about, but for those of this machine")
    func clearText() {
        let far = self.report("  jwt: [{ issuer: http://id.example.com, audience: a }]\n")
        #expect(far.contains("warning: ") && far.contains("in clear text"))
        #expect(!self.report("  jwt: [{ issuer: http://127.0.0.1:1, audience: a }]\n").contains("clear text"))
        let keys = self.report("  jwt: [{ issuer: http://a.example.com, audience: a, jwks: \"https://b/k\" }]\n")
        #expect(!keys.contains("clear text"))
    }

    @Test("the printed text loads back as the same but for the secrets")
    func printed() throws {
        let files = ["keys.json": "{}"]
        var expected = try self.auth(self.everything, files: files)
        var configuration = GatewayConfiguration()
        configuration.auth = expected
        let text = ConfigurationPrinter().yaml(configuration)
        #expect(!text.contains("0123456789abcdef"))
        let again = loadYAML(text, files: files)
        for index in expected.issuers.indices { expected.issuers[index].secret = nil }
        for index in expected.introspection.indices { expected.introspection[index].clientSecret = nil }
        #expect(again.configuration?.auth == expected, "\(text)\n\(again.report)")
    }
}
