import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SluiceCore
import SluiceWire
import Synchronization
import Testing

@testable import SluiceAdmin

@Suite("Reading the ledger over the admin API")
struct UsageRoutesTests {
    private static let now = UnixTime(milliseconds: 1_796_040_000_000)

    /// Keeps what a body writes.
    private final class Pieces: Sendable {
        let bytes = Mutex<[[UInt8]]>([])
    }

    private struct PieceWriter: ResponseBodyWriter {
        let pieces: Pieces

        mutating func write(_ buffer: ByteBuffer) async throws {
            let bytes = Array(buffer.readableBytesView)
            self.pieces.bytes.withLock { $0.append(bytes) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private func ask(
        _ path: String, _ ledger: MemoryLedger?, scope: TenantScope = .all
    ) async throws -> (type: String?, pieces: [String]) {
        let api = AdminAPI([UsageRoutes(ledger), ExchangeRoutes(ledger)], version: "test")
        let access = AdminAccess(
            scope: scope, actorKind: .key, actor: "k", source: nil, requestID: "r", now: Self.now)
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/admin/v1\(path)"),
            body: RequestBody(buffer: ByteBuffer()))
        let context = AdminContext(
            source: .init(access: access, body: ByteBuffer(), logger: Logger(label: "test")))
        let response = try await api.respond(to: request, context)
        let pieces = Pieces()
        try await response.body.write(PieceWriter(pieces: pieces))
        return (
            response.headers[.contentType],
            pieces.bytes.withLock { $0.map { String(decoding: $0, as: UTF8.self) } }
        )
    }

    @Test("sums have their groups, tokens by class, and money as exact decimals")
    func sums() async throws {
        let ledger = MemoryLedger()
        let answer = try await ask("/usage?by=model,user&interval=day&since=7d&status=2xx", ledger)
        let root = try JSONDocument(parsing: Array(answer.pieces.joined().utf8)).root
        #expect(root["from"]?.stringValue == "2026-11-23T12:00:00Z")
        #expect(root["to"]?.stringValue == "2026-11-30T12:00:00Z")
        let row = try #require(root["data"]?.elements.first)
        #expect(row["start"]?.stringValue == "2026-11-30T12:00:00Z")
        #expect(row["model"]?.stringValue == "=model" && row["user"]?.isNull == true)
        #expect(row["requests"]?.intValue == 4 && row["failures"]?.intValue == 1)
        #expect(row["prompt_tokens"]?.intValue == 40 && row["completion_tokens"]?.intValue == 10)
        #expect(row["tokens"]?["cache_read"]?.intValue == 10 && row["tokens"]?["reasoning"]?.intValue == 2)
        let text = answer.pieces.joined()
        #expect(text.contains(#""cost_usd":1.000000001,"cache_saving_usd":-0.000000005,"cache_hit_rate":0.25,"#))
        #expect(text.contains(#""average_latency_ms":1"#))
        #expect(root["total"]?["requests"]?.intValue == 4)
        #expect(ledger.seen.queries.first?.dimensions == [.model, .user])
        #expect(ledger.seen.queries.first?.filter.statuses == 200...299)
    }

    @Test("as CSV nothing is a formula, and numbers are numbers")
    func csv() async throws {
        let answer = try await ask("/usage?by=model&format=csv", MemoryLedger())
        #expect(answer.type == "text/csv; charset=utf-8")
        let lines = answer.pieces.joined().split(separator: "\r\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("model,requests,failures,attempts,input_tokens,cache_read_tokens,"))
        #expect(lines[1] == #""'=model",4,1,5,30,10,0,0,0,8,2,0,1.000000001,-0.000000005,0,1.0"#)
    }

    @Test("a tenant's key sees its tenant, and another's is not there")
    func scope() async throws {
        let ledger = MemoryLedger([.sample(1, requestID: "mine"), .sample(2, requestID: "theirs", tenant: "other")])
        _ = try await ask("/usage", ledger, scope: .tenant(TenantID("acme")))
        #expect(ledger.seen.scopes.allSatisfy { $0 == .tenant(TenantID("acme")) })
        let mine = try await ask("/exchanges/mine", ledger, scope: .tenant(TenantID("acme")))
        #expect(mine.pieces.joined().contains(#""request_id":"mine""#))
        await #expect(throws: AdminError.self) {
            try await ask("/exchanges/theirs", ledger, scope: .tenant(TenantID("acme")))
        }
        await #expect(throws: AdminError.self) {
            try await ask("/usage?tenant_id=other", ledger, scope: .tenant(TenantID("acme")))
        }
    }

    @Test("an exchange has all its attempts, each with tokens, cost and where they come from")
    func trace() async throws {
        let answer = try await ask("/exchanges/req", MemoryLedger([.sample(1)]))
        let root = try JSONDocument(parsing: Array(answer.pieces.joined().utf8)).root
        let exchange = try #require(root["data"]?.elements.first)
        #expect(exchange["prompt_tokens"]?.intValue == 1007 && exchange["price_unknown"]?.boolValue == true)
        #expect(exchange["tags"]?["stage"]?.stringValue == "test")
        let attempts = try #require(exchange["attempts"]?.elements)
        #expect(attempts.map { $0["outcome"]?.stringValue } == ["overtaken", "answered"])
        #expect(attempts[0]["usage_source"]?.stringValue == "counted" && attempts[0]["cost"]?.isNull == true)
        #expect(attempts[1]["cost"]?["price_version"]?.stringValue == "v1")
        #expect(answer.pieces.joined().contains(#""total":0.0025,"#))
    }

    @Test("lists are pages, and an export is all of them, a record a line with its id first")
    func pages() async throws {
        let ledger = MemoryLedger((1...1201).map { .sample($0, requestID: "req-\($0)") })
        let page = try await ask("/exchanges?limit=2", ledger)
        let root = try JSONDocument(parsing: Array(page.pieces.joined().utf8)).root
        #expect(root["data"]?.elements.map { $0["request_id"]?.stringValue } == ["req-1", "req-2"])
        let next = try #require(root["next"]?.stringValue)
        let second = try await ask("/exchanges?limit=2&after=\(next)", ledger)
        #expect(second.pieces.joined().contains("req-3"))

        let lines = try await ask("/exchanges?format=ndjson", ledger)
        #expect(lines.type == "application/x-ndjson" && lines.pieces.count == 3)
        let records = lines.pieces.joined().split(separator: "\n")
        #expect(records.count == 1201)
        #expect(records.enumerated().allSatisfy { $1.hasPrefix("{\"request_id\":\"req-\($0 + 1)\",") })
        let bounded = try await ask("/exchanges?format=ndjson&limit=3", ledger)
        #expect(bounded.pieces.joined().split(separator: "\n").count == 3)

        let table = try await ask("/exchanges?format=csv", ledger)
        let rows = table.pieces.joined().split(separator: "\r\n")
        #expect(rows.count == 1202 && rows[0].hasPrefix("request_id,received_at,"))
        #expect(
            rows[1].hasPrefix(
                #"req-1,2026-11-30T12:00:00Z,12.345,/v1/chat/completions,,k1,"a, ""b""",,,acme,"'=SUM(A1)","#))
        #expect(
            rows[1].split(separator: ",", omittingEmptySubsequences: false).count == rows[0].split(separator: ",").count
                + 1)
    }

    @Test("what is wrong with a query is said, and without a ledger there is none")
    func refusals() async throws {
        for path in [
            "/usage?by=nobody", "/usage?since=x", "/usage?format=xml", "/usage?unknown=1", "/exchanges?status=abc",
            "/exchanges?limit=0", "/exchanges/none",
        ] {
            await #expect(throws: AdminError.self, "\(path)") { try await ask(path, MemoryLedger()) }
        }
        do {
            _ = try await ask("/usage", nil)
            Issue.record("There is no ledger.")
        } catch let error as AdminError {
            #expect(error.status == 503)
        }
    }
}
