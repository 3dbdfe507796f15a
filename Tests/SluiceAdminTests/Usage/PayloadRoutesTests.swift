import HTTPTypes
import SluiceCore
import SluiceWire
import Synchronization
import Testing

@testable import SluiceAdmin

@Suite("Payloads over the admin API", .timeLimit(.minutes(1)))
struct PayloadRoutesTests {
    /// Payloads in memory, with the scope that the stored ones have.
    private final class MemoryPayloads: PayloadStore {
        let all: Mutex<[Payload]>

        init(_ payloads: [Payload]) { self.all = Mutex(payloads) }

        private static func isIn(_ scope: TenantScope, _ id: String) -> (Payload) -> Bool {
            { $0.requestID == id && scope.holds($0.tenant.map(TenantID.init)) }
        }

        func payloads(requestID: String, in scope: TenantScope) async throws(StoreError) -> [Payload] {
            self.all.withLock { $0.filter(Self.isIn(scope, requestID)) }
        }

        func deletePayloads(requestID: String, in scope: TenantScope) async throws(StoreError) -> Int {
            self.all.withLock { all in
                let before = all.count
                all.removeAll(where: Self.isIn(scope, requestID))
                return before - all.count
            }
        }
    }

    /// An audit table in memory, which can be out of order.
    private final class MemoryAudit: AuditStore {
        let entries = Mutex<[AuditEntry]>([])
        let isAway = Atomic(false)

        func append(action: String, subject: String, tenant: TenantID?, act: AdministrativeAct) async throws(StoreError)
            -> Int64
        {
            if self.isAway.load(ordering: .relaxed) { throw StoreError(.unavailable, "away") }
            return self.entries.withLock { entries in
                let number = Int64(entries.count + 1)
                entries.append(AuditEntry(number: number, tenant: tenant, action: action, subject: subject, act: act))
                return number
            }
        }

        func entries(in scope: TenantScope, subject: String?, page: PageRequest) async throws(StoreError)
            -> Page<AuditEntry>
        {
            Page(records: self.entries.withLock { $0 })
        }

        var actions: [String] {
            self.entries.withLock { $0.map { "\($0.action) \($0.subject) \($0.tenant?.text ?? "-") \($0.act.actor)" } }
        }
    }

    private func payload(_ id: String, tenant: String?, answer: [UInt8] = Array("hello".utf8)) -> Payload {
        Payload(
            receivedAt: 1_793_649_600_000_000_000, requestID: id, route: "/v1/chat/completions", model: "smart",
            tenant: tenant, keyID: "k1", status: 200,
            request: PayloadBody(
                bytes: Array(#"{"a":"\u{E9}"}"#.utf8), passedBytes: 9, contentType: "application/json"),
            answer: PayloadBody(bytes: answer, passedBytes: 70_000, isCut: true))
    }

    @Test("a payload is shown with both bodies, and the audit table has who looked")
    func read() async throws {
        let audit = MemoryAudit()
        let store = MemoryPayloads([
            self.payload("r1", tenant: "alpha"), self.payload("r2", tenant: nil, answer: [0xFF, 0x00]),
        ])
        try await AdminHarness.run([PayloadRoutes(store, audit: audit)]) { harness in
            let answer = try await harness.call(.get, "/exchanges/r1/payload")
            #expect(answer.status == 200)
            let shown = try #require(answer["data"]?.elements.first { _ in true })
            #expect(shown["request"]?["text"]?.stringValue == #"{"a":"\u{E9}"}"#)
            #expect(shown["answer"]?["text"]?.stringValue == "hello")
            #expect(shown["answer"]?["bytes"]?.intValue == 70_000 && shown["answer"]?["truncated"]?.boolValue == true)
            #expect(shown["tenant"]?.stringValue == "alpha")
            let binary = try await harness.call(.get, "/exchanges/r2/payload")
            #expect(binary["data"]?.elements.first { _ in true }?["answer"]?["base64"]?.stringValue == "/wA=")
            #expect(audit.actions == ["payload.read r1 alpha actor-all", "payload.read r2 - actor-all"])
        }
    }

    @Test("a tenant's key sees and deletes its own alone, and what it may not see is not there")
    func tenants() async throws {
        let audit = MemoryAudit()
        let store = MemoryPayloads([self.payload("r", tenant: "alpha"), self.payload("r", tenant: "beta")])
        try await AdminHarness.run([PayloadRoutes(store, audit: audit)]) { harness in
            let own = try await harness.call(.get, "/exchanges/r/payload", as: AdminHarness.alpha)
            #expect(own["data"]?.elements.map { $0["tenant"]?.stringValue } == ["alpha"])
            #expect(try await harness.call(.delete, "/exchanges/r/payload", as: AdminHarness.alpha).status == 204)
            #expect(try await harness.call(.get, "/exchanges/r/payload", as: AdminHarness.alpha).status == 404)
            #expect(try await harness.call(.delete, "/exchanges/r/payload", as: AdminHarness.alpha).status == 404)
            #expect(
                try await harness.call(.get, "/exchanges/r/payload?tenant_id=beta", as: AdminHarness.alpha).status
                    == 404)
            #expect(store.all.withLock { $0.map(\.tenant) } == ["beta"])
            #expect(
                audit.actions.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
                    == ["payload.read r alpha", "payload.delete r alpha"])
        }
    }

    @Test("what cannot be written into the audit table is not shown and not deleted")
    func unaudited() async throws {
        let audit = MemoryAudit()
        let store = MemoryPayloads([self.payload("r", tenant: nil)])
        audit.isAway.store(true, ordering: .relaxed)
        try await AdminHarness.run([PayloadRoutes(store, audit: audit)]) { harness in
            for method in [.get, .delete] as [HTTPRequest.Method] {
                let answer = try await harness.call(method, "/exchanges/r/payload")
                #expect(answer.status == 503 && !answer.text.contains("hello"))
            }
            #expect(store.all.withLock { $0.count } == 1)
        }
    }

    @Test("without a store the answer says why")
    func off() async throws {
        try await AdminHarness.run([PayloadRoutes(nil, audit: nil)]) { harness in
            let answer = try await harness.call(.get, "/exchanges/r/payload")
            #expect(answer.status == 503 && answer.text.contains("capture.enabled"))
        }
    }
}
