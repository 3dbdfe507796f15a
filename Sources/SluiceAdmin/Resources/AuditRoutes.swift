import Hummingbird
import SluiceCore
import SluiceWire

/// `GET /audit`: who changed what, when and whence. There is no way to change or delete an entry.
struct AuditRoutes: AdminRoutes {
    let access: RecordAccess

    private static let entry = AdminSchema.object([
        AdminProperty("number", .integer(), "Its place in the table, rising.", isRequired: true),
        AdminProperty("at", .string(format: "date-time"), "When.", isRequired: true),
        AdminProperty(
            "tenant_id", .nullable(.string()), "The tenant of what was changed; null for the deployment's.",
            isRequired: true),
        AdminProperty(
            "action", .string(), "The kind of record, a dot, what was done: key.rotate.", isRequired: true),
        AdminProperty("subject", .string(), "The id of what was changed.", isRequired: true),
        AdminProperty(
            "actor_kind", .words(AdministrativeAct.ActorKind.allCases.map(\.rawValue)), "What acted.",
            isRequired: true),
        AdminProperty("actor", .string(), "The id of the key or user.", isRequired: true),
        AdminProperty("source", .nullable(.string()), "The address that it came from.", isRequired: true),
        AdminProperty("request_id", .nullable(.string()), "The x-request-id of the call.", isRequired: true),
        AdminProperty("detail", .any, "What was changed, without secrets.", isRequired: true),
    ])

    var schemas: [(name: String, schema: AdminSchema)] {
        [
            ("AuditEntry", Self.entry),
            (
                "AuditEntryList",
                .object([
                    AdminProperty(
                        "data", .array(.reference("AuditEntry")), "The entries, oldest first.", isRequired: true),
                    AdminProperty(
                        "next", .nullable(.string()), "What to give as after for the next page; null at the end.",
                        isRequired: true),
                ])
            ),
        ]
    }

    var operations: [AdminOperation] {
        let query = AdminProperty.page + [AdminProperty("subject", .string(), "Only entries about this id.")]
        return [
            AdminOperation(
                .get, "/audit", id: "listAudit", tag: "audit", summary: "List the entries of the audit table",
                query: query, answers: [.init(200, .reference("AuditEntryList"))], errors: [400, 404]
            ) { [access] request, context in
                let query = try AdminQuery(request, known: Set(query.map(\.name)))
                let page = try await access.all.audit.entries(
                    in: try query.scope(within: context.access), subject: query["subject"], page: try query.page())
                var writer = JSONWriter(capacity: 4096)
                writer.beginObject()
                writer.key("data")
                writer.beginArray()
                for entry in page.records { Self.write(entry, to: &writer) }
                writer.endArray()
                writer.member("next", page.next)
                writer.endObject()
                return Response.json(writer.take())
            }
        ]
    }

    private static func write(_ entry: AuditEntry, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("number", entry.number)
        writer.member("at", entry.act.at)
        writer.member("tenant_id", entry.tenant?.text)
        writer.member("action", entry.action)
        writer.member("subject", entry.subject)
        writer.member("actor_kind", entry.act.actorKind.rawValue)
        writer.member("actor", entry.act.actor)
        writer.member("source", entry.act.source)
        writer.member("request_id", entry.act.requestID)
        writer.member("detail", json: entry.act.detail)
        writer.endObject()
    }
}
