import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SluiceCore
import SluiceStores
import SluiceWire
import Synchronization
import Testing

@testable import SluiceAdmin

@Suite("Pricing a period anew over the admin API", .serialized, .timeLimit(.minutes(5)))
struct RepricingRoutesTests {
    /// A clock that goes on by so much each time that it is looked at.
    private final class Ticking: Sendable {
        private let time = Mutex<Int64>(0)
        private let step: Int64

        init(seconds: Int64) { self.step = seconds * 1_000_000_000 }

        func now() -> MonotonicTime {
            MonotonicTime(
                nanoseconds: self.time.withLock { time in
                    time += self.step
                    return time
                })
        }
    }

    private static let records = (1...6).map { LedgerRecord.sample($0) }
    private static let body = #"{"from":"2026-11-30","to":"2026-12-01"}"#

    /// The API over a ledger in memory, and the audit table of a database.
    private func api(
        _ harness: AdminHarness, _ ledger: MemoryLedger?, seconds: Int64 = 1, refreshes: Bool = true
    ) -> AdminAPI {
        let clock = Ticking(seconds: seconds)
        return AdminAPI(
            [
                RepricingRoutes(
                    ledger, audit: harness.stores.audit, gateway: harness.gateway, refresh: { refreshes },
                    now: { clock.now() })
            ], version: "test")
    }

    private func call(
        _ api: AdminAPI, _ body: String = Self.body, query: String = "", scope: TenantScope = .all
    ) async throws -> Answer {
        let access = AdminAccess(
            scope: scope, actorKind: .key, actor: "k", source: nil, requestID: "r",
            now: UnixTime(milliseconds: 1_796_040_000_000))
        let buffer = ByteBuffer(string: body)
        let context = AdminContext(source: .init(access: access, body: buffer, logger: Logger(label: "test")))
        let request = Request(
            head: HTTPRequest(
                method: .post, scheme: nil, authority: nil, path: "/admin/v1/prices/reprice" + query),
            body: RequestBody(buffer: buffer))
        do {
            let response = try await api.respond(to: request, context)
            let collected = CollectedBody(length: response.body.contentLength ?? 0)
            try await response.body.write(collected.writer)
            return try Answer(response.status.code, response.headers, Array(collected.bytes.readableBytesView))
        } catch {
            let failure = AdminError(error)
            return try Answer(failure.status, [:], failure.body)
        }
    }

    private func audited(_ harness: AdminHarness) async throws -> [AuditEntry] {
        try await harness.stores.audit.entries(in: .all, subject: "ledger", page: PageRequest()).records
    }

    @Test("what fits into the time of a call is done in it")
    func whole() async throws {
        try await AdminHarness.run { harness in
            let ledger = MemoryLedger(Self.records)
            let answer = try await self.call(self.api(harness, ledger))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["records"]?.intValue == 6 && answer["next"]?.isNull == true)
            // The provider is not configured, so that what is known stays.
            #expect(answer["changed"]?.intValue == 0 && answer["unpriced"]?.intValue == 6)
            #expect(answer["through"]?.stringValue == "2026-11-30T12:00:00Z")
            let entries = try await self.audited(harness)
            #expect(entries.map(\.action) == ["ledger.reprice"] && entries.first?.act.detail == Self.body)
        }
    }

    @Test("what does not fit is left to the next call, and each record is looked at once")
    func pieces() async throws {
        try await AdminHarness.run { harness in
            let ledger = MemoryLedger(Self.records)
            // Four seconds a look: a call begins two more steps after its first.
            let api = self.api(harness, ledger, seconds: 4)
            var seen: [Int] = []
            var next: String?
            repeat {
                let after = next.map { #","after":"\#($0)""# } ?? ""
                let answer = try await self.call(api, String(Self.body.dropLast()) + after + "}")
                #expect(answer.status == 200, "\(answer.text)")
                seen.append(answer["records"]?.intValue ?? 0)
                next = answer["next"]?.stringValue
            } while next != nil && seen.count < 10
            #expect(seen == [3, 3])
            #expect(ledger.seen.trials == [false, false, false, false, false, false])
            #expect(try await self.audited(harness).count == 2)
        }
    }

    @Test("however little time there is, a call gets on")
    func slow() async throws {
        try await AdminHarness.run { harness in
            let answer = try await self.call(self.api(harness, MemoryLedger(Self.records), seconds: 60))
            #expect(answer["records"]?.intValue == 1 && answer["next"]?.stringValue == Self.records[0].id.description)
        }
    }

    @Test("a trial says the same, changes nothing and is in no audit table")
    func trial() async throws {
        try await AdminHarness.run { harness in
            let ledger = MemoryLedger(Self.records)
            let answer = try await self.call(self.api(harness, ledger), query: "?dry_run=true")
            #expect(answer["records"]?.intValue == 6)
            #expect(ledger.seen.trials.allSatisfy { $0 } && ledger.seen.trials.count == 6)
            #expect(try await self.audited(harness).isEmpty)
        }
    }

    @Test("a failure behind the first step leaves what is done, and the next call begins with it")
    func failures() async throws {
        try await AdminHarness.run { harness in
            let broken = MemoryLedger(Self.records, failingStep: 3)
            let api = self.api(harness, broken)
            let answer = try await self.call(api)
            #expect(answer.status == 200 && answer["records"]?.intValue == 2)
            let next = try #require(answer["next"]?.stringValue)
            #expect(next == Self.records[1].id.description)
            let second = try await self.call(
                api, #"{"from":"2026-11-30","to":"2026-12-01","after":"\#(next)"}"#)
            #expect(second.status == 503 && second.code == "unavailable")
        }
    }

    @Test("what is wrong is said, and nothing is done")
    func refusals() async throws {
        try await AdminHarness.run { harness in
            let ledger = MemoryLedger(Self.records)
            let api = self.api(harness, ledger)
            for body in [
                "{}", #"{"from":"2026-11-30"}"#, #"{"to":"2026-11-30"}"#, #"{"from":"2026-12-01","to":"2026-11-30"}"#,
                #"{"from":"x","to":"2026-11-30"}"#, #"{"from":"2026-11-30","to":"2026-12-01","after":"x"}"#,
                #"{"from":"2026-11-30","to":"2026-12-01","more":1}"#,
            ] {
                #expect(try await self.call(api, body).status == 400, "\(body)")
            }
            #expect(try await self.call(api, query: "?dry_run=perhaps").status == 400)
            let tenant = try await self.call(api, scope: AdminHarness.alpha)
            #expect(tenant.status == 403)
            #expect(try await self.call(self.api(harness, nil)).code == "storage_off")
            // By prices that may be old nothing is priced.
            #expect(try await self.call(self.api(harness, ledger, refreshes: false)).code == "unavailable")
            #expect(ledger.seen.trials.isEmpty)
            #expect(try await self.audited(harness).isEmpty)
        }
    }
}
