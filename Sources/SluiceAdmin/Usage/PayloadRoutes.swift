import Hummingbird
public import SluiceCore
import SluiceWire

/// `GET` and `DELETE /exchanges/{request_id}/payload`: the prompt and the answer of an exchange, where they were captured. Each call
/// stands in the audit table, before anything is shown.
public struct PayloadRoutes: AdminRoutes {
    let store: (any PayloadStore)?
    let audit: (any AuditStore)?

    /// Makes the routes; without a store they answer with 503.
    public init(_ store: (any PayloadStore)?, audit: (any AuditStore)?) {
        self.store = store
        self.audit = audit
    }

    public var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "PayloadList",
                .object([
                    AdminProperty(
                        "data", .array(.map(.any)),
                        "The payloads with this id, the newest first: clients may choose an id twice.",
                        isRequired: true)
                ])
            )
        ]
    }

    public var operations: [AdminOperation] { [self.read, self.delete] }

    private var read: AdminOperation {
        AdminOperation(
            .get, "/exchanges/{request_id}/payload", id: "getExchangePayload", tag: "usage",
            summary: "Show the prompt and the answer of an exchange, as they were captured",
            query: [LedgerParameters.tenant], answers: [.init(200, .reference("PayloadList"))], errors: [404]
        ) { request, context in
            let query = try AdminQuery(request, known: ["tenant_id"])
            let id = try context.path("request_id")
            let (store, audit) = try self.stores
            let payloads = try await store.payloads(requestID: id, in: try query.scope(within: context.access))
            guard !payloads.isEmpty else { throw Self.notFound }
            for tenant in Set(payloads.map(\.tenant)) {
                _ = try await audit.append(
                    action: "payload.read", subject: id, tenant: tenant.map(TenantID.init),
                    act: context.access.act("read"))
            }
            return Response.json(Self.json(payloads))
        }
    }

    private var delete: AdminOperation {
        AdminOperation(
            .delete, "/exchanges/{request_id}/payload", id: "deleteExchangePayload", tag: "usage",
            summary: "Delete the prompt and the answer of an exchange; its record stays",
            query: [LedgerParameters.tenant], answers: [.init(204, nil)], errors: [404]
        ) { request, context in
            let query = try AdminQuery(request, known: ["tenant_id"])
            let id = try context.path("request_id")
            let (store, audit) = try self.stores
            let scope = try query.scope(within: context.access)
            let payloads = try await store.payloads(requestID: id, in: scope)
            guard !payloads.isEmpty else { throw Self.notFound }
            for tenant in Set(payloads.map(\.tenant)) {
                _ = try await audit.append(
                    action: "payload.delete", subject: id, tenant: tenant.map(TenantID.init),
                    act: context.access.act("delete"))
            }
            _ = try await store.deletePayloads(requestID: id, in: scope)
            return Response(status: .noContent)
        }
    }

    private var stores: (any PayloadStore, any AuditStore) {
        get throws(AdminError) {
            guard let store, let audit else {
                throw AdminError(
                    .storageOff,
                    "This gateway captures no prompts and answers: capture.enabled is false, or it has no ledger.")
            }
            return (store, audit)
        }
    }

    private static let notFound = AdminError(
        .notFound,
        "No payload is kept here with this request id. It was not captured, is deleted, or was captured by another replica."
    )

    private static func json(_ payloads: [Payload]) -> [UInt8] {
        var writer = JSONWriter(capacity: 512 + payloads.reduce(0) { $0 + $1.byteCount * 5 / 4 })
        writer.beginObject()
        writer.key("data" as StaticString)
        writer.beginArray()
        for payload in payloads { payload.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.take()
    }
}

extension Payload {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("request_id", self.requestID)
        json.member("received_at", UnixTime(milliseconds: self.receivedAt / 1_000_000))
        json.member("route", self.route)
        json.member("model", self.model)
        json.member("tenant", self.tenant)
        json.member("key_id", self.keyID)
        json.member("status", Int64(self.status))
        json.member("streamed", self.isStreamed)
        json.member("redactions", Int64(self.redactions))
        json.key("request" as StaticString)
        self.request.write(to: &json)
        json.key("answer" as StaticString)
        self.answer.write(to: &json)
        json.endObject()
    }
}

extension PayloadBody {
    /// The body as text where it is UTF-8, else in base64.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("content_type", self.contentType)
        json.member("bytes", self.passedBytes)
        json.member("truncated", self.isCut)
        if let text = String(validating: self.bytes, as: UTF8.self) {
            json.member("text", text)
        } else {
            var text: [UInt8] = []
            Base64.append(self.bytes.span, to: &text)
            json.member("base64", String(decoding: text, as: UTF8.self))
        }
        json.endObject()
    }
}
