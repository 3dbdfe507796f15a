import SluiceCore
import SluiceWire

/// `/keys`. The hash of a secret is never shown, and the secret once.
///
/// A key with the admin scope `deployment` belongs to a tenant as any key does; what is within the tenant may see it, and not touch it:
/// who could rotate it would have its scope.
struct KeyResource: AdminResource {
    static let path = "keys"
    static let noun = "key"
    static let fields =
        [
            ResourceField("id", .string(), .shown, "The public part of the key: sk-sl-ID-…"),
            ResourceField("tenant_id", .string(), .fixed, "The tenant; the caller's own, or default, when not given."),
            ResourceField("team_id", .nullable(.string()), .changeable, "The team, of the same tenant."),
            ResourceField("user_id", .nullable(.string()), .changeable, "The user, of the same tenant."),
            ResourceField("name", .string(), .changeable, "The name that people see.", isRequired: true),
            ResourceField(
                "standing", .words(KeyRecord.Standing.allCases.map(\.rawValue)), .shown, "Whether it is served."),
            ResourceField(
                "surfaces", .nullable(.array(.words(FieldRules.surfaces.sorted()))), .changeable,
                "The surfaces that it may use; null for all."),
            ResourceField(
                "models", .nullable(.array(.string())), .changeable,
                "Names and patterns of the models that it may use; null for all."),
            ResourceField(
                "admin", .words(KeyRecord.AdminScope.allCases.map(\.rawValue)), .changeable,
                "What it may do at the admin API."),
            ResourceField(
                "networks", .nullable(.array(.string())), .changeable,
                "The networks that it may come from, as CIDR; null for all."),
            ResourceField("tags", .map(.string()), .changeable, "For the ledger: at most 16 entries."),
            .metadata,
            ResourceField("limits", .nullable(.any), .changeable, "Its own limits, as in the configuration."),
            ResourceField("budget", .nullable(.any), .changeable, "Its own budget, as in the configuration."),
            ResourceField(
                "when_client_leaves", .nullable(.words(ClientLeavePolicy.allCases.map(\.rawValue))), .changeable,
                "What becomes of an upstream call whose client left; null for the default."),
            ResourceField(
                "capture", .nullable(.boolean), .changeable,
                "Whether its prompts and answers are captured, where the gateway captures any; null for as the model says."
            ),
            ResourceField(
                "expires_at", .nullable(.string(format: "date-time")), .changeable,
                "When it ceases to work; null for never."),
            ResourceField("disabled_at", .nullable(.string(format: "date-time")), .shown, "When it was disabled."),
            ResourceField("revoked_at", .nullable(.string(format: "date-time")), .shown, "When it was revoked."),
            ResourceField("removed_at", .nullable(.string(format: "date-time")), .shown, "When it was deleted."),
            ResourceField(
                "grace_ends_at", .nullable(.string(format: "date-time")), .shown,
                "When the secret before the last rotation ceases to work."),
        ] + ResourceField.history
    static let filters = [
        AdminProperty("team_id", .string(), "Only the keys of this team."),
        AdminProperty("user_id", .string(), "Only the keys of this user."),
        AdminProperty("removed", .boolean, "Whether deleted keys are listed too."),
    ]

    let access: RecordAccess
    let minting: any KeyMinting
    let checkLimits: AdminDependencies.DefinitionCheck
    let checkBudget: AdminDependencies.DefinitionCheck

    var store: any RecordStore<KeyRecord> { get throws(AdminError) { try self.access.all.keys } }

    func filter(_ query: AdminQuery) throws(AdminError) -> KeyRecord.Filter {
        let removed = try query.flag("removed")
        switch (query["team_id"], query["user_id"], removed) {
        case (nil, nil, false): return .all
        case (nil, nil, true): return .withRemoved
        case (let team?, nil, false): return .team(TeamID(team))
        case (nil, let user?, false): return .user(UserID(user))
        default:
            throw AdminError(.invalidQuery, "team_id, user_id and removed: expected one of them.", parameter: "team_id")
        }
    }

    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<KeyRecord> {
        let tenant = try self.access.tenant(fields, access)
        let name = try FieldRules.name(fields.required("name", fields.string("name")))
        var record = KeyRecord(
            id: KeyID(""), tenantID: tenant, name: name, secretHash: Secret(""), createdAt: access.now)
        // A body that is refused costs no hash.
        try await self.change(&record, fields, access)
        let minted = try await self.minting.mint(id: nil)
        return NewRecord(record: record.stored(as: minted), key: minted.key)
    }

    func change(_ record: inout KeyRecord, _ fields: FieldReader, _ access: AdminAccess) async throws {
        try fields.replace("name", fields.string("name").map { try FieldRules.name($0) }, in: &record.name)
        try fields.strings("surfaces").map(FieldRules.surfaces).apply(to: &record.surfaces)
        try fields.strings("models").map(FieldRules.models).apply(to: &record.models)
        try fields.strings("networks").map(FieldRules.networks).apply(to: &record.networks)
        try fields.map("tags").map(FieldRules.tags).apply(to: &record.tags, empty: [:])
        try fields.map("metadata").map(FieldRules.metadata).apply(to: &record.metadata, empty: [:])
        try fields.replace("admin", fields.word("admin", KeyRecord.AdminScope.self), in: &record.admin)
        if record.admin == .deployment {
            try access.requireDeployment("The admin scope deployment", parameter: "admin")
        }
        try fields.word("when_client_leaves", ClientLeavePolicy.self).map(\.rawValue)
            .apply(to: &record.whenClientLeaves)
        try fields.bool("capture").apply(to: &record.isCaptured)
        let expiry = try fields.time("expires_at")
        if case .value(let time) = expiry, time <= access.now {
            throw AdminError(.invalidField, "expires_at: expected a time to come.", parameter: "expires_at")
        }
        expiry.apply(to: &record.expiresAt)
        try self.rule("limits", fields, self.checkLimits).apply(to: &record.limits)
        try self.rule("budget", fields, self.checkBudget).apply(to: &record.budget)
        try await self.access.team(try fields.string("team_id"), of: record.tenantID).apply(to: &record.team)
        try await self.access.user(try fields.string("user_id"), of: record.tenantID).apply(to: &record.user)
    }

    func checkChange(of record: KeyRecord, _ access: AdminAccess) throws(AdminError) {
        if record.admin == .deployment { try access.requireDeployment("A key with the admin scope deployment") }
    }

    func write(_ record: KeyRecord, _ access: AdminAccess, to writer: inout JSONWriter) {
        writer.member("id", record.id.text)
        writer.member("tenant_id", record.tenantID.text)
        writer.member("team_id", record.team?.text)
        writer.member("user_id", record.user?.text)
        writer.member("name", record.name)
        writer.member("standing", record.standing(at: access.now).rawValue)
        writer.member("surfaces", record.surfaces)
        writer.member("models", record.models)
        writer.member("admin", record.admin.rawValue)
        writer.member("networks", record.networks)
        writer.member("tags", record.tags)
        writer.member("metadata", record.metadata)
        writer.member("limits", json: record.limits)
        writer.member("budget", json: record.budget)
        writer.member("when_client_leaves", record.whenClientLeaves)
        writer.key("capture" as StaticString)
        if let isCaptured = record.isCaptured { writer.bool(isCaptured) } else { writer.null() }
        writer.member("expires_at", record.expiresAt)
        writer.member("disabled_at", record.disabledAt)
        writer.member("revoked_at", record.revokedAt)
        writer.member("removed_at", record.removedAt)
        let grace = record.graceEndsAt.flatMap { $0 > access.now ? $0 : nil }
        writer.member("grace_ends_at", grace)
    }

    private func rule(
        _ name: String,
        _ fields: FieldReader,
        _ check: AdminDependencies.DefinitionCheck
    ) throws(AdminError) -> Field<String> {
        let field = try fields.json(name)
        if case .value(let text) = field, let problem = check(text) {
            throw AdminError(.invalidField, "\(name): \(problem).", parameter: name)
        }
        return field
    }
}

extension KeyRecord {
    /// The same record with the id and the hash of a key that was made for it.
    fileprivate func stored(as minted: MintedKey) -> KeyRecord {
        var record = KeyRecord(
            id: minted.id, tenantID: self.tenantID, team: self.team, user: self.user, name: self.name,
            secretHash: minted.hash, createdAt: self.createdAt)
        record.surfaces = self.surfaces
        record.models = self.models
        record.admin = self.admin
        record.networks = self.networks
        record.tags = self.tags
        record.metadata = self.metadata
        record.limits = self.limits
        record.budget = self.budget
        record.whenClientLeaves = self.whenClientLeaves
        record.isCaptured = self.isCaptured
        record.expiresAt = self.expiresAt
        return record
    }
}
