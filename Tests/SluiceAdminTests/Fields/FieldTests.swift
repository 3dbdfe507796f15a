import HTTPTypes
import NIOCore
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceAdmin

@Suite(.serialized, .timeLimit(.minutes(5)))
struct FieldTests {
    @Test(
        "a body that is wrong is refused with the member at fault",
        arguments: [
            ("/teams", "", "missing_field", "name"), ("/teams", "{", "malformed_json", nil),
            ("/teams", "[]", "malformed_json", nil), ("/teams", #"{"nmae":"x"}"#, "unknown_field", "nmae"),
            ("/teams", #"{"name":"a","name":"b"}"#, "malformed_json", "name"),
            ("/teams", #"{"name":7}"#, "invalid_field", "name"), ("/teams", #"{"name":" "}"#, "invalid_field", "name"),
            ("/teams", #"{"name":"a\nb"}"#, "invalid_field", "name"),
            ("/teams", #"{"name":"x","metadata":{"a":1}}"#, "invalid_field", "metadata"),
            ("/teams", #"{"name":"x","is_disabled":"yes"}"#, "invalid_field", "is_disabled"),
            ("/teams", #"{"name":"x","tenant_id":"none"}"#, "unknown_reference", nil),
            ("/tenants", #"{"name":"x","id":"Not An ID"}"#, "invalid_field", "id"),
            ("/users", #"{"email":"nobody"}"#, "invalid_field", "email"),
            ("/users", #"{"email":"a b@example.com"}"#, "invalid_field", "email"),
            ("/users", #"{"email":"a@b@c"}"#, "invalid_field", "email"),
            ("/users", #"{"email":"a@example.com","password":"short"}"#, "invalid_field", "password"),
            ("/users", #"{"email":"a@example.com","team_id":"none"}"#, "unknown_reference", "team_id"),
            ("/keys", #"{"name":"x","surfaces":["chats"]}"#, "invalid_field", "surfaces"),
            ("/keys", #"{"name":"x","surfaces":[]}"#, "invalid_field", "surfaces"),
            ("/keys", #"{"name":"x","models":["a b"]}"#, "invalid_field", "models"),
            ("/keys", #"{"name":"x","networks":["10.0.0.0/33"]}"#, "invalid_field", "networks"),
            ("/keys", #"{"name":"x","admin":"root"}"#, "invalid_field", "admin"),
            ("/keys", #"{"name":"x","expires_at":"tomorrow"}"#, "invalid_field", "expires_at"),
            ("/keys", #"{"name":"x","limits":{"nothing":1}}"#, "invalid_field", "limits"),
            ("/keys", #"{"name":"x","budget":"much"}"#, "invalid_field", "budget"),
            ("/keys", #"{"name":"x","when_client_leaves":"weep"}"#, "invalid_field", "when_client_leaves"),
            ("/keys", #"{"name":"x","capture":"yes"}"#, "invalid_field", "capture"),
            ("/keys", #"{"name":"x","tags":{"a b":"1"}}"#, "invalid_field", "tags"),
            ("/keys", #"{"name":"x","id":"mine"}"#, "unknown_field", "id"),
            ("/limits", #"{"subject":"*","definition":{"requests":"1/s"}}"#, "missing_field", "level"),
            ("/limits", #"{"level":"planet","subject":"*","definition":{}}"#, "invalid_field", "level"),
            (
                "/limits", #"{"level":"key","subject":"no","definition":{"requests":"1/s"}}"#, "unknown_reference",
                "subject"
            ),
            ("/limits", #"{"level":"model","subject":"*","definition":{"no":1}}"#, "invalid_field", "definition"),
            ("/limits", #"{"level":"model","subject":"*"}"#, "missing_field", "definition"),
            ("/budgets", #"{"level":"model","subject":"a b","definition":"1 USD"}"#, "invalid_field", "subject"),
            ("/explain", "{}", "missing_field", "model"),
            ("/explain", #"{"model":"x","path":"v1"}"#, "invalid_field", "path"),
            ("/explain", #"{"model":"x","key_id":"none"}"#, "unknown_reference", "key_id"),
        ] as [(String, String, String, String?)])
    func refused(_ path: String, _ body: String, _ code: String, _ parameter: String?) async throws {
        try await AdminHarness.run { harness in
            let answer = try await harness.call(.post, path, body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.code == code)
            #expect(answer.parameter == parameter)
            #expect(answer.message?.hasSuffix(".") == true)
        }
    }

    @Test("a member that is fixed cannot be changed, and one that is only shown cannot be set")
    func fixed() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make("/keys", #"{"name":"x"}"#)
            for member in ["tenant_id", "standing", "revoked_at", "created_at", "revision", "id"] {
                let answer = try await harness.call(.patch, "/keys/\(id)", "{\"\(member)\":\"x\"}")
                #expect(answer.code == "fixed_field")
                #expect(answer.parameter == member)
            }
        }
    }

    @Test(
        "durations are a number and a unit",
        arguments: [
            ("0", 0), ("90s", 90), ("15m", 900), ("24h", 86_400), ("30d", 2_592_000), ("3650d", 315_360_000),
            ("", nil), ("5", nil), ("d", nil), ("-5s", nil), ("5 s", nil), ("5w", nil), ("3651d", nil),
            ("9999999999s", nil), ("٥s", nil),
        ] as [(String, Int64?)])
    func durations(_ text: String, _ seconds: Int64?) {
        #expect(DurationField.parse(text) == seconds.map { .seconds($0) })
    }

    @Test(
        "times are written as RFC 3339 has them, and read back",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_790_000_000_250, "2026-09-21T14:13:20.250Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (-1000, "1969-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func times(_ milliseconds: Int64, _ text: String) {
        #expect(UnixTime(milliseconds: milliseconds).text == text)
        let whole = UnixTime(rfc3339: text)
        #expect(whole.map { $0.milliseconds == milliseconds - ((milliseconds % 1000) + 1000) % 1000 } == true)
    }

    @Test("a long body is kept in the audit table by the names of its members")
    func longDetail() throws {
        let body = ByteBuffer(
            string: #"{"name":"x","password":"geheim","metadata":{"a":"\#(String(repeating: "y", count: 5000))"}}"#)
        let fields = try FieldReader(body, known: ["name", "password", "metadata"])
        #expect(fields.auditDetail == #"{"members":["name","password","metadata"]}"#)
        let short = try FieldReader(ByteBuffer(string: #"{"password":"geheim"}"#), known: ["password"])
        #expect(short.auditDetail == #"{"password":"…"}"#)
    }
}
