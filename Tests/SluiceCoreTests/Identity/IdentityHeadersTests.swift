import SluiceCore
import Testing

@Suite("Header fields that say who asks")
struct IdentityHeadersTests {
    private func fields(_ headers: IdentityHeaders, user: String?, tenant: String? = nil) -> [String] {
        headers.fields(of: Principal(keyID: "k", keyName: "k", tenant: tenant, user: user))
            .map { "\($0.name): \($0.value)" }
    }

    @Test("nothing is said unless it is configured, and nothing of what is not known")
    func configured() {
        #expect(self.fields(IdentityHeaders(), user: "u", tenant: "t") == [])
        let both = IdentityHeaders(user: "X-User-Id", tenant: "X-Org")
        #expect(self.fields(both, user: "u", tenant: "t") == ["x-user-id: u", "x-org: t"])
        #expect(self.fields(both, user: nil, tenant: "t") == ["x-org: t"])
        #expect(self.fields(IdentityHeaders(tenant: "X-Org"), user: "u", tenant: "") == [])
        #expect(both.fields(of: nil).isEmpty)
    }

    @Test("the usual fields are withheld always, and those that are configured")
    func withheld() {
        for name in ["X-User-Id", "x-user-id", "X-TENANT"] { #expect(IdentityHeaders().withheld.contains(name)) }
        #expect(!IdentityHeaders().withheld.contains("x-org"))
        #expect(IdentityHeaders(tenant: "X-Org").withheld.contains("X-ORG"))
        #expect(IdentityHeaders(tenant: "X-Org").withheld.contains("X-Tenant"))
    }

    @Test("no value breaks out of its field, and no two look the same")
    func values() {
        let headers = IdentityHeaders(user: "u")
        let cases = [
            ("plain text", "plain text"), ("a@b.c", "a@b.c"), ("a\r\nX-Tenant: b", "a%0D%0AX-Tenant: b"),
            (" a", "%20a"), ("a ", "a%20"), ("50%", "50%25"), ("é", "%C3%A9"), ("\u{7F}\0", "%7F%00"),
        ]
        for (user, written) in cases { #expect(self.fields(headers, user: user) == ["u: \(written)"]) }
    }
}
