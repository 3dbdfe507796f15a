import SluiceCore
import SluiceHTTP
import SluiceWire
import Synchronization
import Testing

@testable import SluicePipeline

@Suite("Account endpoints")
struct AccountEndpointsTests {
    /// Knows one account, and keeps what it was asked.
    private final class OneAccount: AccountService {
        let callers = Mutex<[AccountCaller]>([])
        let names = Mutex<[String?]>([])

        func register(_ login: AccountLogin, for caller: AccountCaller) async throws(GatewayError) -> UserID {
            self.callers.withLock { $0.append(caller) }
            if login.email == "taken@example.com" { throw GatewayError(.alreadyExists, "Taken.", parameter: "email") }
            return UserID("usr_1")
        }

        func makeKey(_ name: String?, for login: AccountLogin, _ caller: AccountCaller) async throws(GatewayError)
            -> MintedKey
        {
            self.names.withLock { $0.append(name) }
            guard login.password == Secret("right") else { throw GatewayError(.wrongLogin, "Wrong.") }
            return MintedKey(id: KeyID("abc"), key: Secret("sk-sl-abc-def"), hash: Secret("h"))
        }
    }

    private static func post(_ path: String, _ body: String, on pipeline: PipelineHarness) throws
        -> PipelineHarness.Answer
    {
        pipeline.receive(
            "POST \(path) HTTP/1.1\r\nhost: h\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        return try pipeline.answer()
    }

    @Test("an account is made without a key, and its id is told")
    func register() throws {
        let accounts = OneAccount()
        let pipeline = try PipelineHarness(.test(accounts: accounts))
        let answer = try Self.post("/auth/register", #"{"email":"a@example.com","password":"x"}"#, on: pipeline)
        #expect(answer.status == 201)
        let root = try JSONDocument(parsing: Array(answer.body.utf8)).root
        #expect(root["user_id"]?.stringValue == "usr_1")
        #expect(root["message"]?.stringValue?.isEmpty == false)
        #expect(answer["x-request-id"] != nil)
        #expect(accounts.callers.withLock { $0.first?.source } == "192.0.2.7")
        #expect(pipeline.recorder.records.first?.surface == .register)
        #expect(pipeline.budget.heldBytes == 0)
    }

    @Test("a key is made for who knows the password, and shown with its prefix")
    func key() throws {
        let accounts = OneAccount()
        let pipeline = try PipelineHarness(.test(accounts: accounts))
        let answer = try Self.post(
            "/auth/keys", #"{"email":"a@example.com","password":"right","key_name":"ci"}"#, on: pipeline)
        #expect(answer.status == 201)
        let root = try JSONDocument(parsing: Array(answer.body.utf8)).root
        #expect(root["api_key"]?.stringValue == "sk-sl-abc-def")
        #expect(root["prefix"]?.stringValue == "sk-sl-abc")
        #expect(root["message"]?.stringValue?.isEmpty == false)
        #expect(accounts.names.withLock { $0 } == ["ci"])
    }

    @Test(
        "what cannot be done is told with its status",
        arguments: [
            ("/auth/register", #"{"email":"taken@example.com","password":"x"}"#, 409, "already_exists"),
            ("/auth/register", #"{"email":"","password":"x"}"#, 400, "invalid_parameter"),
            ("/auth/register", #"{"email":"a@example.com","password":""}"#, 400, "invalid_parameter"),
            ("/auth/register", #"{"email":"a@example.com"}"#, 400, "invalid_parameter"),
            ("/auth/register", #"{"email":1,"password":"x"}"#, 400, "invalid_parameter"),
            ("/auth/register", #"{"email""#, 400, "malformed_json"), ("/auth/register", "[]", 400, "malformed_json"),
            ("/auth/register", "", 400, "malformed_json"),
            ("/auth/register", String(repeating: " ", count: 17_000), 413, "request_too_large"),
            ("/auth/keys", #"{"email":"a@example.com","password":"wrong"}"#, 401, "invalid_login"),
            ("/auth/keys", #"{"email":"a@example.com","password":"right","key_name":[]}"#, 400, "invalid_parameter"),
        ]
    )
    func refusals(path: String, body: String, status: Int, code: String) throws {
        let pipeline = try PipelineHarness(.test(accounts: OneAccount()))
        let answer = try Self.post(path, body, on: pipeline)
        #expect(answer.status == status)
        #expect(answer.body.contains(#""code":"\#(code)""#), "\(answer.body)")
        // That is no credential of HTTP's own.
        #expect(answer["www-authenticate"] == nil)
        #expect(pipeline.budget.heldBytes == 0)
    }

    @Test("without the service there are no such paths, and they take POST alone")
    func absent() throws {
        let closed = try PipelineHarness(.test())
        #expect(try Self.post("/auth/register", "{}", on: closed).status == 404)
        #expect(try Self.post("/auth/keys", "{}", on: closed).status == 404)
        let open = try PipelineHarness(.test(accounts: OneAccount()))
        open.receive("GET /auth/keys HTTP/1.1\r\nhost: h\r\n\r\n")
        let answer = try open.answer()
        #expect(answer.status == 405)
        #expect(answer["allow"] == "POST")
    }
}
