import SluiceCore
import SluiceWire

/// `/teams`.
struct TeamResource: AdminResource {
    static let path = "teams"
    static let noun = "team"
    static let fields =
        [
            ResourceField("id", .string(), .shown, "The id."),
            ResourceField("tenant_id", .string(), .fixed, "The tenant; the caller's own, or default, when not given."),
            ResourceField(
                "name", .string(), .changeable, "The name that people see, unique within the tenant.", isRequired: true),
            ResourceField("is_disabled", .boolean, .changeable, "Whether its keys are refused."),
            .metadata,
        ] + ResourceField.history

    let access: RecordAccess

    var store: any RecordStore<TeamRecord> { get throws(AdminError) { try self.access.all.teams } }

    func filter(_ query: AdminQuery) throws(AdminError) -> NoFilter { .all }

    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<TeamRecord> {
        var record = TeamRecord(
            id: Self.newID(access), tenantID: try self.access.tenant(fields, access),
            name: try FieldRules.name(fields.required("name", fields.string("name"))), createdAt: access.now)
        try await self.change(&record, fields, access)
        return NewRecord(record: record)
    }

    func change(_ record: inout TeamRecord, _ fields: FieldReader, _ access: AdminAccess) async throws {
        try fields.replace("name", fields.string("name").map { try FieldRules.name($0) }, in: &record.name)
        try fields.replace("is_disabled", fields.bool("is_disabled"), in: &record.isDisabled)
        try fields.map("metadata").map(FieldRules.metadata).apply(to: &record.metadata, empty: [:])
    }

    func write(_ record: TeamRecord, _ access: AdminAccess, to writer: inout JSONWriter) {
        writer.member("id", record.id.text)
        writer.member("tenant_id", record.tenantID.text)
        writer.member("name", record.name)
        writer.member("is_disabled", record.isDisabled)
        writer.member("metadata", record.metadata)
    }
}
