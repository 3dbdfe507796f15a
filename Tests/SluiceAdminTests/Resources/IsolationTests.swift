import HTTPTypes
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceAdmin

/// No call of tenant alpha shows or changes anything of tenant beta.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct IsolationTests {
    /// One record of each kind in tenant beta, by the group of its routes.
    static func records(_ harness: AdminHarness) async throws -> [String: String] {
        var ids = ["tenants": "beta"]
        ids["teams"] = try await harness.make("/teams", #"{"name":"Beta's team","tenant_id":"beta"}"#)
        ids["users"] = try await harness.make("/users", #"{"email":"b@beta.example","tenant_id":"beta"}"#)
        ids["keys"] = try await harness.make("/keys", #"{"name":"Beta's key","tenant_id":"beta"}"#)
        ids["limits"] = try await harness.make(
            "/limits",
            #"{"tenant_id":"beta","level":"team","subject":"\#(ids["teams"] ?? "")","definition":{"requests":"1/s"}}"#)
        ids["budgets"] = try await harness.make(
            "/budgets",
            #"{"tenant_id":"beta","level":"key","subject":"\#(ids["keys"] ?? "")","definition":"1 USD/day"}"#)
        ids["prices"] = try await harness.make("/prices/overrides", #"{"models":"m","input":1,"output":2}"#)
        return ids
    }

    /// Everything that the deployment sees of what is stored.
    static func everything(_ harness: AdminHarness) async throws -> [String] {
        var texts: [String] = []
        for path in [
            "/tenants", "/teams", "/users", "/keys?removed=true", "/limits", "/budgets", "/prices/overrides", "/audit",
        ] {
            let joined = path.contains("?") ? "\(path)&limit=200" : "\(path)?limit=200"
            texts.append(try await harness.call(.get, joined).text)
        }
        return texts
    }

    @Test("every route with an id answers for another tenant's record as for one that does not exist")
    func ids() async throws {
        try await AdminHarness.run { harness in
            let ids = try await Self.records(harness)
            let rules = try await harness.make(
                "/limits", #"{"tenant_id":null,"level":"model","subject":"*","definition":{"requests":"1/s"}}"#)
            let before = try await Self.everything(harness)
            var checked = 0
            for operation in harness.api.operations where operation.path.contains("{id}") {
                let id = try #require(ids[operation.tag], "a route whose record is not in the test: \(operation.path)")
                let body: String? =
                    switch operation.method {
                    case .patch:
                        operation.tag == "limits" || operation.tag == "budgets"
                            ? #"{"is_disabled":true}"# : #"{"name":"mine now"}"#
                    default: nil
                    }
                let path = operation.path
                func call(_ id: String) async throws -> Answer {
                    let parts = path.split(separator: "/").map { $0 == "{id}" ? id : String($0) }
                    return try await harness.call(
                        operation.method, "/" + parts.joined(separator: "/"), body, as: AdminHarness.alpha)
                }
                let other = try await call(id)
                let unknown = try await call("nothing_of_this_name")
                #expect(other.status == 404, "\(operation.method) \(path): \(other.text)")
                #expect(other.text == unknown.text, "\(operation.method) \(path)")
                if operation.tag == "limits" { #expect(try await call(rules).status == 404) }
                checked += 1
            }
            #expect(checked >= 25)
            #expect(try await Self.everything(harness) == before)
        }
    }

    @Test("every list shows what is the tenant's own, and another tenant's name narrows it to nothing that exists")
    func lists() async throws {
        try await AdminHarness.run { harness in
            let ids = try await Self.records(harness)
            var checked = 0
            for operation in harness.api.operations
            where operation.method == .get && operation.query.contains(where: { $0.name == "tenant_id" }) {
                let list = try await harness.call(.get, operation.path, as: AdminHarness.alpha)
                #expect(list.status == 200)
                for text in ["beta", "Beta"] + ids.values where text != "tenants" {
                    #expect(!list.text.contains(text), "\(operation.path) shows \(text)")
                }
                let other = try await harness.call(.get, "\(operation.path)?tenant_id=beta", as: AdminHarness.alpha)
                let unknown = try await harness.call(.get, "\(operation.path)?tenant_id=no", as: AdminHarness.alpha)
                #expect(other.status == 404)
                #expect(other.text == unknown.text)
                checked += 1
            }
            #expect(checked >= 8)
            #expect(try await harness.call(.get, "/tenants", as: AdminHarness.alpha).ids == ["alpha"])
            for filter in ["team_id=\(ids["teams"] ?? "")", "user_id=\(ids["users"] ?? "")"] {
                #expect(try await harness.call(.get, "/keys?\(filter)", as: AdminHarness.alpha).ids.isEmpty)
            }
            let rules = try await harness.call(
                .get, "/limits?level=team&subject=\(ids["teams"] ?? "")", as: AdminHarness.alpha)
            #expect(rules.ids.isEmpty)
            let audit = try await harness.call(.get, "/audit?subject=\(ids["keys"] ?? "")", as: AdminHarness.alpha)
            #expect(audit["data"]?.count == 0)
        }
    }

    @Test("no body can name another tenant or what is its own; the answer is that for what does not exist")
    func bodies() async throws {
        try await AdminHarness.run { harness in
            let ids = try await Self.records(harness)
            let own = try await harness.make("/keys", #"{"name":"own"}"#, as: AdminHarness.alpha)
            let before = try await Self.everything(harness)
            let bodies: [(HTTPRequest.Method, String, String, String)] = [
                (.post, "/teams", #"{"name":"x","tenant_id":"ID"}"#, "beta"),
                (.post, "/users", #"{"email":"x@x.example","tenant_id":"ID"}"#, "beta"),
                (.post, "/keys", #"{"name":"x","tenant_id":"ID"}"#, "beta"),
                (.post, "/users", #"{"email":"x@x.example","team_id":"ID"}"#, ids["teams"] ?? ""),
                (.post, "/keys", #"{"name":"x","team_id":"ID"}"#, ids["teams"] ?? ""),
                (.post, "/keys", #"{"name":"x","user_id":"ID"}"#, ids["users"] ?? ""),
                (.patch, "/keys/\(own)", #"{"team_id":"ID"}"#, ids["teams"] ?? ""),
                (.patch, "/keys/\(own)", #"{"user_id":"ID"}"#, ids["users"] ?? ""),
                (
                    .post, "/limits",
                    #"{"tenant_id":"ID","level":"model","subject":"*","definition":{"requests":"1/s"}}"#,
                    "beta"
                ),
                (
                    .post, "/limits", #"{"level":"key","subject":"ID","definition":{"requests":"1/s"}}"#,
                    ids["keys"] ?? ""
                ),
                (
                    .post, "/budgets", #"{"level":"team","subject":"ID","definition":"1 USD/day"}"#,
                    ids["teams"] ?? ""
                ),
                (
                    .post, "/budgets", #"{"level":"user","subject":"ID","definition":"1 USD/day"}"#,
                    ids["users"] ?? ""
                ),
            ]
            for (method, path, body, id) in bodies {
                func call(_ id: String) async throws -> Answer {
                    let parts = body.split(separator: "ID", omittingEmptySubsequences: false)
                    return try await harness.call(method, path, parts.joined(separator: id), as: AdminHarness.alpha)
                }
                let other = try await call(id)
                #expect(other.status == 400, "\(path) \(body): \(other.text)")
                #expect(other.code == "unknown_reference")
                #expect(other.text == (try await call("nothing_of_this_name")).text)
            }
            #expect(try await Self.everything(harness) == before)
        }
    }

    @Test("what only the deployment may do is forbidden to a tenant, even in its own place")
    func escalation() async throws {
        try await AdminHarness.run { harness in
            let root = try await harness.make("/keys", #"{"name":"root","tenant_id":"alpha","admin":"deployment"}"#)
            let plain = try await harness.make("/keys", #"{"name":"plain","tenant_id":"alpha"}"#)
            let cap = try await harness.make(
                "/budgets", #"{"tenant_id":"alpha","level":"tenant","subject":"alpha","definition":"9 USD/day"}"#)
            let before = try await Self.everything(harness)
            let calls: [(HTTPRequest.Method, String, String?)] = [
                (.post, "/tenants", #"{"name":"more"}"#), (.delete, "/tenants/alpha", nil),
                (.patch, "/tenants/alpha", #"{"is_disabled":true}"#),
                (.post, "/keys", #"{"name":"x","admin":"deployment"}"#),
                (.patch, "/keys/\(plain)", #"{"admin":"deployment"}"#),
                (.patch, "/keys/\(root)", #"{"name":"x"}"#), (.delete, "/keys/\(root)", nil),
                (.post, "/keys/\(root)/rotate", nil), (.post, "/keys/\(root)/disable", nil),
                (.post, "/keys/\(root)/enable", nil), (.post, "/keys/\(root)/revoke", nil),
                (.patch, "/budgets/\(cap)", #"{"is_disabled":true}"#), (.delete, "/budgets/\(cap)", nil),
                (
                    .post, "/limits", #"{"level":"tenant","subject":"alpha","definition":{"requests":"1/s"}}"#
                ),
                (
                    .post, "/limits",
                    #"{"tenant_id":null,"level":"model","subject":"*","definition":{"requests":"1/s"}}"#
                ),
                (.post, "/explain", #"{"model":"gpt-4o"}"#),
                (.post, "/prices/overrides", #"{"models":"*","input":0,"output":0}"#),
            ]
            for (method, path, body) in calls {
                let answer = try await harness.call(method, path, body, as: AdminHarness.alpha)
                #expect(answer.status == 403, "\(method) \(path): \(answer.text)")
                #expect(answer.code == "forbidden")
            }
            #expect(try await Self.everything(harness) == before)
            #expect(try await harness.call(.get, "/budgets/\(cap)", as: AdminHarness.alpha).status == 200)
        }
    }

    @Test("what a tenant makes is its own")
    func own() async throws {
        try await AdminHarness.run { harness in
            let bodies = [
                ("/teams", #"{"name":"x"}"#), ("/users", #"{"email":"x@x.example"}"#),
                ("/keys", #"{"name":"x","admin":"tenant"}"#),
                ("/limits", #"{"level":"key","subject":"*","definition":{"requests":"1/s"}}"#),
                ("/budgets", #"{"level":"model","subject":"*","definition":"1 USD/day"}"#),
            ]
            for (path, body) in bodies {
                let made = try await harness.call(.post, path, body, as: AdminHarness.alpha)
                #expect(made["tenant_id"]?.stringValue == "alpha", "\(made.text)")
            }
            let renamed = try await harness.call(.patch, "/tenants/alpha", #"{"name":"A"}"#, as: AdminHarness.alpha)
            #expect(renamed["name"]?.stringValue == "A")
        }
    }
}
