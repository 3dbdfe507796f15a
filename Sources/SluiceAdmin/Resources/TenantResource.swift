import SluiceCore
import SluiceWire

/// `/tenants`. Only the deployment makes and deletes tenants, and switches them off.
struct TenantResource: AdminResource {
    static let path = "tenants"
    static let noun = "tenant"
    static let fields =
        [
            ResourceField(
                "id", .string(), .fixed, "The id: 1 to 64 of a-z, 0-9, _ and -. One is made when none is given."),
            ResourceField("name", .string(), .changeable, "The name that people see.", isRequired: true),
            ResourceField("is_disabled", .boolean, .changeable, "Whether its keys are refused."),
            .metadata,
        ] + ResourceField.history

    let access: RecordAccess

    var store: any RecordStore<TenantRecord> { get throws(AdminError) { try self.access.all.tenants } }

    func filter(_ query: AdminQuery) throws(AdminError) -> NoFilter { .all }

    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<TenantRecord> {
        try access.requireDeployment("Making a tenant")
        let id = try fields.string("id").map(FieldRules.tenantID).optional ?? Self.newID(access)
        var record = TenantRecord(
            id: id, name: try FieldRules.name(fields.required("name", fields.string("name"))), createdAt: access.now)
        try fields.replace("is_disabled", fields.bool("is_disabled"), in: &record.isDisabled)
        try fields.map("metadata").map(FieldRules.metadata).apply(to: &record.metadata, empty: [:])
        return NewRecord(record: record)
    }

    func change(_ record: inout TenantRecord, _ fields: FieldReader, _ access: AdminAccess) async throws {
        if fields.has("is_disabled") {
            try access.requireDeployment("Switching a tenant off or on", parameter: "is_disabled")
        }
        try fields.replace("name", fields.string("name").map { try FieldRules.name($0) }, in: &record.name)
        try fields.replace("is_disabled", fields.bool("is_disabled"), in: &record.isDisabled)
        try fields.map("metadata").map(FieldRules.metadata).apply(to: &record.metadata, empty: [:])
    }

    func checkRemoval(of record: TenantRecord, _ access: AdminAccess) throws(AdminError) {
        try access.requireDeployment("Deleting a tenant")
        guard record.id != TenantRecord.defaultID else {
            throw AdminError(.inUse, "The tenant default cannot be deleted: new keys belong to it.")
        }
    }

    func write(_ record: TenantRecord, _ access: AdminAccess, to writer: inout JSONWriter) {
        writer.member("id", record.id.text)
        writer.member("name", record.name)
        writer.member("is_disabled", record.isDisabled)
        writer.member("metadata", record.metadata)
    }
}
