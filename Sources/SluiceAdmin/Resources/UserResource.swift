import SluiceCore
import SluiceWire

/// `/users`.
struct UserResource: AdminResource {
    static let path = "users"
    static let noun = "user"
    static let fields =
        [
            ResourceField("id", .string(), .shown, "The id."),
            ResourceField("tenant_id", .string(), .fixed, "The tenant; the caller's own, or default, when not given."),
            ResourceField("team_id", .nullable(.string()), .changeable, "The team, of the same tenant."),
            ResourceField(
                "email", .string(), .fixed, "The address, unique in the deployment, in lower case.", isRequired: true),
            ResourceField("name", .string(), .changeable, "The name that people see."),
            ResourceField(
                "password", .nullable(.string()), .hidden,
                "A new password of 12 to 512 bytes; null takes it away. It is never shown."),
            ResourceField("has_password", .boolean, .shown, "Whether there is a password."),
            ResourceField("is_admin", .boolean, .changeable, "Whether the user may administer the tenant."),
            ResourceField("is_disabled", .boolean, .changeable, "Whether the user and the user's keys are refused."),
            .metadata,
        ] + ResourceField.history
    static let filters = [AdminProperty("team_id", .string(), "Only the users of this team.")]

    let access: RecordAccess
    let passwords: any PasswordHashing

    var store: any RecordStore<UserRecord> { get throws(AdminError) { Self.records(try self.access.all.users) } }

    /// The compiler does not see by itself that any store of users is a store of their records.
    private static func records(_ store: some UserStore) -> any RecordStore<UserRecord> { store }

    func filter(_ query: AdminQuery) throws(AdminError) -> UserRecord.Filter {
        guard let team = query["team_id"] else { return .all }
        return .team(TeamID(team))
    }

    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<UserRecord> {
        var record = UserRecord(
            id: Self.newID(access), tenantID: try self.access.tenant(fields, access),
            email: try FieldRules.email(fields.required("email", fields.string("email"))), createdAt: access.now)
        try await self.change(&record, fields, access)
        return NewRecord(record: record)
    }

    func change(_ record: inout UserRecord, _ fields: FieldReader, _ access: AdminAccess) async throws {
        let name = try fields.string("name").map { text throws(AdminError) in
            text.isEmpty ? text : try FieldRules.name(text)
        }
        name.apply(to: &record.name, empty: "")
        try fields.replace("is_admin", fields.bool("is_admin"), in: &record.isAdmin)
        try fields.replace("is_disabled", fields.bool("is_disabled"), in: &record.isDisabled)
        try fields.map("metadata").map(FieldRules.metadata).apply(to: &record.metadata, empty: [:])
        try await self.access.team(try fields.string("team_id"), of: record.tenantID).apply(to: &record.team)
        switch try fields.string("password").map(FieldRules.password) {
        case .absent: break
        case .null: record.passwordHash = nil
        // Last, since it costs most.
        case .value(let password): record.passwordHash = try await self.passwords.hash(password: password)
        }
    }

    func write(_ record: UserRecord, _ access: AdminAccess, to writer: inout JSONWriter) {
        writer.member("id", record.id.text)
        writer.member("tenant_id", record.tenantID.text)
        writer.member("team_id", record.team?.text)
        writer.member("email", record.email)
        writer.member("name", record.name)
        writer.member("has_password", record.passwordHash != nil)
        writer.member("is_admin", record.isAdmin)
        writer.member("is_disabled", record.isDisabled)
        writer.member("metadata", record.metadata)
    }
}
