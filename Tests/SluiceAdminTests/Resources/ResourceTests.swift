import HTTPTypes
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceAdmin

@Suite(.serialized, .timeLimit(.minutes(5)))
struct ResourceTests {
    /// A body that makes a record of each kind, one that changes it, and a member that the change shows in.
    static let kinds: [(path: String, make: String, change: String, member: String, before: String, after: String)] = [
        ("/tenants", #"{"name":"Gamma"}"#, #"{"name":"Γάμμα"}"#, "name", "\"Gamma\"", "\"Γάμμα\""),
        ("/teams", #"{"name":"Red"}"#, #"{"is_disabled":true}"#, "is_disabled", "false", "true"),
        ("/users", #"{"email":"Ann@Example.com"}"#, #"{"name":"Ann"}"#, "name", "\"\"", "\"Ann\""),
        ("/keys", #"{"name":"first"}"#, #"{"models":["gpt-*"]}"#, "models", "null", #"["gpt-*"]"#),
        (
            "/limits", #"{"level":"model","subject":"*","definition":{"requests":"10/minute"}}"#,
            #"{"definition":{"requests":"20/minute"}}"#, "definition", #"{"requests":"10/minute"}"#,
            #"{"requests":"20/minute"}"#
        ),
        (
            "/budgets", #"{"level":"model","subject":"gpt-4o","definition":"25 USD/month"}"#,
            #"{"is_disabled":true}"#, "is_disabled", "false", "true"
        ),
        (
            "/prices/overrides", #"{"models":"llama-*","input":0.2,"output":6e-1}"#, #"{"output":"0.75"}"#, "output",
            "0.6", "0.75"
        ),
    ]

    @Test("a record is made, shown, listed, changed and deleted", arguments: 0..<7)
    func life(_ index: Int) async throws {
        let kind = Self.kinds[index]
        try await AdminHarness.run { harness in
            let made = try await harness.call(.post, kind.path, kind.make)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(made["id"]?.stringValue)
            #expect(made.headers[.location] == "/admin/v1\(kind.path)/\(id)")
            let shown = try await harness.call(.get, "\(kind.path)/\(id)")
            #expect(shown.status == 200)
            #expect(shown.headers[.eTag] == made.headers[.eTag])
            #expect(shown[kind.member].map { String(decoding: $0.rawBytes, as: UTF8.self) } == kind.before)
            #expect(try await harness.call(.get, kind.path).ids.contains(id))

            let changed = try await harness.call(.patch, "\(kind.path)/\(id)", kind.change)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed[kind.member].map { String(decoding: $0.rawBytes, as: UTF8.self) } == kind.after)
            #expect(changed.headers[.eTag] != made.headers[.eTag])

            #expect(try await harness.call(.delete, "\(kind.path)/\(id)").status == 204)
            #expect(try await harness.call(.get, kind.path).ids.contains(id) == false)
            let gone = try await harness.call(.get, "\(kind.path)/\(id)")
            // What refers to a key needs its name: it is shown as history.
            #expect(gone.status == (kind.path == "/keys" ? 200 : 404))
            #expect(try await harness.call(.delete, "\(kind.path)/\(id)").status == 404)
        }
    }

    @Test("every shown member is in the schema, and every member of the schema is shown", arguments: 0..<7)
    func members(_ index: Int) async throws {
        let kind = Self.kinds[index]
        let fields: [ResourceField] = [
            TenantResource.fields, TeamResource.fields, UserResource.fields, KeyResource.fields, LimitResource.fields,
            BudgetResource.fields, PriceOverrideResource.fields,
        ][index]
        try await AdminHarness.run { harness in
            let id = try await harness.make(kind.path, kind.make)
            let shown = try await harness.call(.get, "\(kind.path)/\(id)")
            let members = try #require(shown.root).members.map(\.key)
            #expect(Set(members) == Set(fields.filter(\.isShown).map(\.name)))
            #expect(members.count == Set(members).count)
        }
    }

    @Test("a change leaves what it does not name, and null empties what may be empty")
    func merge() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make(
                "/keys",
                #"{"name":"k","models":["a"],"networks":["10.0.0.0/8"],"tags":{"cost":"1"},"expires_at":"2099-01-01T00:00:00Z"}"#
            )
            let changed = try await harness.call(.patch, "/keys/\(id)", #"{"models":null,"tags":null}"#)
            #expect(changed["models"]?.isNull == true)
            #expect(changed["tags"]?.count == 0)
            #expect(changed["networks"]?.elements.compactMap(\.stringValue) == ["10.0.0.0/8"])
            #expect(changed["expires_at"]?.stringValue == "2099-01-01T00:00:00Z")
            #expect(changed["name"]?.stringValue == "k")
            let refused = try await harness.call(.patch, "/keys/\(id)", #"{"name":null}"#)
            #expect(refused.status == 400)
            #expect(refused.parameter == "name")
        }
    }

    @Test("If-Match lets a change through for the revision that it names, and for no other")
    func conflicts() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make("/teams", #"{"name":"Red"}"#)
            let tag = try #require(try await harness.call(.get, "/teams/\(id)").headers[.eTag])
            let first = try await harness.call(
                .patch, "/teams/\(id)", #"{"name":"Blue"}"#, headers: [.ifMatch: tag])
            #expect(first.status == 200)
            let second = try await harness.call(
                .patch, "/teams/\(id)", #"{"name":"Green"}"#, headers: [.ifMatch: tag])
            #expect(second.status == 412)
            #expect(second.code == "revision_mismatch")
            let removal = try await harness.call(.delete, "/teams/\(id)", headers: [.ifMatch: tag])
            #expect(removal.status == 412)
            let any = try await harness.call(.delete, "/teams/\(id)", headers: [.ifMatch: "*"])
            #expect(any.status == 204)
        }
    }

    @Test("what is taken is a conflict, and what others refer to is in use")
    func taken() async throws {
        try await AdminHarness.run { harness in
            let team = try await harness.make("/teams", #"{"name":"Red"}"#)
            let again = try await harness.call(.post, "/teams", #"{"name":"Red"}"#)
            #expect(again.status == 409)
            #expect(again.code == "conflict")
            try await harness.make("/teams", #"{"name":"Red","tenant_id":"alpha"}"#)
            try await harness.make("/users", #"{"email":"a@example.com","team_id":"\#(team)"}"#)
            let used = try await harness.call(.delete, "/teams/\(team)")
            #expect(used.status == 409)
            #expect(used.code == "in_use")
            #expect(try await harness.call(.delete, "/tenants/default").code == "in_use")
            #expect(try await harness.call(.delete, "/tenants/alpha").code == "in_use")
            #expect(try await harness.call(.post, "/tenants", #"{"id":"alpha","name":"again"}"#).status == 409)
        }
    }

    @Test("lists come in pages that hold each record once", arguments: [1, 2, 3, 7, 200])
    func pages(_ limit: Int) async throws {
        try await AdminHarness.run { harness in
            var made: [String] = []
            for number in 0..<7 {
                made.append(try await harness.make("/teams", #"{"name":"Team \#(number)","tenant_id":"alpha"}"#))
            }
            var seen: [String] = []
            var after: String?
            for _ in 0..<10 {
                let query = "?limit=\(limit)" + (after.map { "&after=\($0)" } ?? "")
                let page = try await harness.call(.get, "/teams\(query)")
                #expect(page.status == 200)
                #expect(page.ids.count <= limit)
                seen += page.ids
                after = page["next"]?.stringValue
                if after == nil { break }
            }
            #expect(seen == made)
        }
    }

    @Test(
        "a query that is not understood is refused",
        arguments: [
            ("?limit=0", "limit"), ("?limit=201", "limit"), ("?limit=x", "limit"), ("?colour=red", "colour"),
            ("?limit=1&limit=2", "limit"), ("?after=nonsense", nil),
        ])
    func queries(_ query: String, _ parameter: String?) async throws {
        try await AdminHarness.run { harness in
            let answer = try await harness.call(.get, "/teams\(query)")
            #expect(answer.status == 400)
            #expect(answer.parameter == parameter)
        }
    }

    @Test("lists are narrowed by tenant, team, user, and level with subject")
    func filters() async throws {
        try await AdminHarness.run { harness in
            let team = try await harness.make("/teams", #"{"name":"Red","tenant_id":"alpha"}"#)
            let user = try await harness.make(
                "/users", #"{"email":"a@example.com","tenant_id":"alpha","team_id":"\#(team)"}"#)
            let first = try await harness.make(
                "/keys", #"{"name":"1","tenant_id":"alpha","team_id":"\#(team)"}"#)
            let second = try await harness.make(
                "/keys", #"{"name":"2","tenant_id":"alpha","user_id":"\#(user)"}"#)
            let third = try await harness.make("/keys", #"{"name":"3"}"#)
            #expect(try await harness.call(.get, "/keys?tenant_id=alpha").ids == [first, second])
            #expect(try await harness.call(.get, "/keys?team_id=\(team)").ids == [first])
            #expect(try await harness.call(.get, "/keys?user_id=\(user)").ids == [second])
            #expect(try await harness.call(.get, "/users?team_id=\(team)").ids == [user])
            #expect(try await harness.call(.delete, "/keys/\(third)").status == 204)
            #expect(try await harness.call(.get, "/keys").ids == [first, second])
            #expect(try await harness.call(.get, "/keys?removed=true").ids == [first, second, third])
            let limit = try await harness.make(
                "/limits", #"{"level":"key","subject":"\#(first)","definition":{"requests":"1/s"}}"#)
            try await harness.make("/limits", #"{"level":"model","subject":"*","definition":{"requests":"1/s"}}"#)
            let budget = try await harness.make(
                "/budgets", #"{"level":"key","subject":"\#(first)","definition":"1 USD/day"}"#)
            #expect(try await harness.call(.get, "/limits?level=key&subject=\(first)").ids == [limit])
            #expect(try await harness.call(.get, "/budgets?level=key&subject=\(first)").ids == [budget])
            #expect(try await harness.call(.get, "/limits?level=key").parameter == "subject")
            #expect(try await harness.call(.get, "/limits/\(budget)").status == 404)
        }
    }
}
