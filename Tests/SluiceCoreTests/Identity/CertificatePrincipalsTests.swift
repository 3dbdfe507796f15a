import SluiceCore
import Testing

@Suite("Client certificates as principals")
struct CertificatePrincipalsTests {
    private let now = UnixTime(milliseconds: 1_800_000_000_000)

    private func peer(
        _ subject: String = "CN=ci,O=Acme", dns: [String] = [], uris: [String] = [], emails: [String] = [],
        validFor milliseconds: Int64 = 1000
    ) -> PeerIdentity {
        PeerIdentity(
            subject: subject, dnsNames: dns, uris: uris, emails: emails,
            validUntil: UnixTime(milliseconds: self.now.milliseconds + milliseconds))
    }

    private func principal(_ rules: [CertificateRule], _ peer: PeerIdentity) -> Principal? {
        CertificatePrincipals(rules, whenClientLeaves: .drain).principal(for: peer, at: self.now)
    }

    @Test("a rule of each field finds its certificate, the first rule that fits counts")
    func fields() {
        let peer = self.peer(dns: ["a.example.com"], uris: ["spiffe://x/sa/y"], emails: ["a@b.c"])
        let fields: [(CertificateRule.Field, String)] = [
            (.subject, "CN=ci,O=Acme"), (.dns, "a.example.com"), (.uri, "spiffe://x/sa/y"), (.email, "a@b.c"),
        ]
        for (field, pattern) in fields {
            let rules = [
                CertificateRule(field: field, pattern: ModelPattern(pattern + "x"), name: "no"),
                CertificateRule(
                    field: field, pattern: ModelPattern(pattern), name: "yes", tenant: "t", team: "e", user: "u",
                    models: [ModelPattern("m")], admin: .tenant),
                CertificateRule(field: field, pattern: ModelPattern("*"), name: "late"),
            ]
            let principal = self.principal(rules, peer)
            #expect(principal?.proof == .certificate)
            #expect(principal?.keyID == "certificate:yes")
            #expect(principal?.keyName == "yes")
            #expect(principal?.tenant == "t" && principal?.team == "e" && principal?.user == "u")
            #expect(principal?.models == [ModelPattern("m")])
            #expect(principal?.admin == .tenant)
            #expect(principal?.whenClientLeaves == .drain)
        }
    }

    @Test("a pattern tells its certificates apart, each with one principal")
    func patterns() throws {
        let rules = CertificatePrincipals(
            [CertificateRule(field: .uri, pattern: ModelPattern("spiffe://x/sa/*"), name: "mesh")],
            whenClientLeaves: .cancel)
        let one = try #require(rules.principal(for: self.peer(uris: ["spiffe://x/sa/a"]), at: self.now))
        let two = try #require(rules.principal(for: self.peer(uris: ["spiffe://x/sa/b"]), at: self.now))
        #expect(one.keyID == "certificate:mesh:spiffe://x/sa/a")
        #expect(one.user == "spiffe://x/sa/a")
        #expect(two.keyID != one.keyID)
        #expect(rules.principal(for: self.peer(uris: ["spiffe://x/sa/a"]), at: self.now) === one)
        #expect(rules.principal(for: self.peer(uris: ["spiffe://y/sa/a"]), at: self.now) == nil)
    }

    @Test("a certificate that expired while its connection lived is nobody's")
    func expiry() {
        let rules = [CertificateRule(field: .subject, pattern: ModelPattern("*"), name: "all")]
        #expect(self.principal(rules, self.peer(validFor: 1)) != nil)
        #expect(self.principal(rules, self.peer(validFor: 0)) == nil)
    }

    @Test("a comma within a name does not pass for the beginning of another")
    func escapes() {
        let forged = self.peer(#"CN=x\,O=Acme"#)
        let pattern = [CertificateRule(field: .subject, pattern: ModelPattern("CN=*,O=Acme"), name: "acme")]
        #expect(self.principal(pattern, forged) == nil)
        #expect(self.principal(pattern, self.peer("CN=x,O=Acme")) != nil)
        let exact = [CertificateRule(field: .subject, pattern: ModelPattern(#"CN=x\,O=Acme"#), name: "odd")]
        #expect(self.principal(exact, forged) != nil)
    }

    @Test("a name that could not stand in the ledger is nobody's")
    func names() {
        let rules = [CertificateRule(field: .email, pattern: ModelPattern("*"), name: "mail")]
        #expect(self.principal(rules, self.peer(emails: [String(repeating: "a", count: 201)])) == nil)
        #expect(self.principal(rules, self.peer(emails: ["a\nb@c"])) == nil)
    }
}
