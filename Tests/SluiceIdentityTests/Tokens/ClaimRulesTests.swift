import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("What claims mean")
struct ClaimRulesTests {
    private func principal(_ rules: ClaimRules, _ json: String) throws -> Principal? {
        let claims = try #require(TokenClaims(Array(json.utf8)))
        return rules.principal(
            of: claims, kind: "issuer", issuer: "id.example.com", subject: "s", whenClientLeaves: .cancel)
    }

    @Test("user, team and tenant come from their claims, by name or by path")
    func names() throws {
        let rules = ClaimRules(user: "email", team: "org.team", tenant: "https://example.com/org")
        let json = #"{"email":"a@b.c","org":{"team":["blue"]},"https://example.com/org":42,"org.x":"no"}"#
        let principal = try #require(try self.principal(rules, json))
        #expect(principal.user == "a@b.c")
        #expect(principal.team == "blue")
        #expect(principal.tenant == "42")
    }

    @Test("a claim that names nothing that could be used refuses the token")
    func unusable() throws {
        let rules = ClaimRules(tenant: "org")
        for value in [
            "null", #""""#, "1.5", "true", "{}", "[]", #"["a","b"]"#, #""a\nb""#, #""a\u0000""#, #""\ud800""#,
            #""\#(String(repeating: "t", count: 257))""#, "[[1]]",
        ] {
            #expect(try self.principal(rules, #"{"sub":"a","org":\#(value)}"#) == nil, "\(value)")
        }
        #expect(try self.principal(rules, #"{"sub":"a"}"#) == nil)
        #expect(try self.principal(rules, #"{"sub":"a","org":"t"}"#)?.tenant == "t")
        #expect(try self.principal(ClaimRules(), #"{"sub":"a\r\nX-Tenant: b"}"#) == nil)
        #expect(try self.principal(ClaimRules(), #"{}"#)?.user == nil)
    }

    @Test("claims that are required must have a value")
    func required() throws {
        let rules = ClaimRules(required: ["email", "email_verified", "groups"])
        let good = #"{"email":"a","email_verified":true,"groups":["x"]}"#
        #expect(try self.principal(rules, good) != nil)
        for bad in [
            #"{"email":"","email_verified":true,"groups":["x"]}"#,
            #"{"email":"a","email_verified":false,"groups":["x"]}"#,
            #"{"email":"a","email_verified":true,"groups":[]}"#, #"{"email":"a","email_verified":true}"#,
        ] {
            #expect(try self.principal(rules, bad) == nil, "\(bad)")
        }
    }

    @Test("a tenant of the configuration is that of all tokens")
    func fixedTenant() throws {
        #expect(try self.principal(ClaimRules(fixedTenant: "acme"), #"{"sub":"a","org":"x"}"#)?.tenant == "acme")
    }

    @Test("scopes are read from the named claim alone")
    func scopes() throws {
        let json = #"{"scope":"openid sluice:admin model:gpt-* surface:chat","roles":["sluice:tenant-admin"]}"#
        let silent = try #require(try self.principal(ClaimRules(), json))
        #expect(silent.admin == .none && silent.models == nil && silent.surfaces == nil)
        let admin = try #require(try self.principal(ClaimRules(scopes: "scope"), json))
        #expect(admin.admin == .deployment)
        #expect(admin.models == [ModelPattern("gpt-*")])
        #expect(admin.surfaces == ["chat"])
        #expect(try self.principal(ClaimRules(scopes: "roles"), json)?.admin == KeyRecord.AdminScope.none)
        #expect(try self.principal(ClaimRules(fixedTenant: "t", scopes: "roles"), json)?.admin == .tenant)
        #expect(try self.principal(ClaimRules(scopes: "roles"), json)?.models == nil)
    }

    @Test("the models of a token never go beyond those of the configuration")
    func models() {
        func models(_ words: [String], _ allowed: [String]?) -> [String]? {
            TokenScopes(words).models(within: allowed?.map { ModelPattern($0) })?.map(\.text)
        }
        #expect(models([], nil) == nil)
        #expect(models([], ["gpt-*"]) == ["gpt-*"])
        #expect(models(["model:gpt-4o"], nil) == ["gpt-4o"])
        #expect(models(["model:gpt-4o", "model:claude-x"], ["gpt-*"]) == ["gpt-4o"])
        #expect(models(["model:*"], ["gpt-*", "o3"]) == ["gpt-*", "o3"])
        #expect(models(["model:gpt-4*"], ["gpt-*"]) == ["gpt-4*"])
        #expect(models(["model:*-mini"], ["gpt-*"]) == [])
        #expect(models(["model:"], ["gpt-*"]) == [])
    }

    @Test("an id is the same for a subject, differs between issuers, and is bounded")
    func ids() {
        #expect(ClaimRules.id("issuer", "a.example/x", "alice") == "issuer:a.example/x:alice")
        let long = String(repeating: "s", count: 5000)
        let one = ClaimRules.id("issuer", "a.example", long)
        #expect(one.utf8.count <= 160)
        #expect(one == ClaimRules.id("issuer", "a.example", long))
        #expect(one != ClaimRules.id("issuer", "b.example", long))
        #expect(one != ClaimRules.id("issuer", "a.example", long + "s"))
        #expect(ClaimRules.id("issuer", long, "a b").utf8.count <= 160)
        #expect(!ClaimRules.id("issuer", "a", "x\ny").contains("\n"))
    }
}
