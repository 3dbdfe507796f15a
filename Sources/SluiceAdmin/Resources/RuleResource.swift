import SluiceCore
import SluiceWire

/// `/limits` and `/budgets`: rules of one sort.
struct LimitResource: RuleResource {
    static let path = "limits"
    static let noun = "limit"
    static let sort = RuleRecord.Sort.limit

    let access: RecordAccess
    let check: AdminDependencies.DefinitionCheck
}

/// Budgets.
struct BudgetResource: RuleResource {
    static let path = "budgets"
    static let noun = "budget"
    static let sort = RuleRecord.Sort.budget

    let access: RecordAccess
    let check: AdminDependencies.DefinitionCheck
}

/// A rule. One at level `tenant` bounds the tenant itself, so that only the deployment makes, changes and deletes it.
protocol RuleResource: AdminResource where Record == RuleRecord {
    static var sort: RuleRecord.Sort { get }
    var access: RecordAccess { get }
    var check: AdminDependencies.DefinitionCheck { get }
}

extension RuleResource {
    static var fields: [ResourceField] {
        [
            ResourceField("id", .string(), .shown, "The id."),
            ResourceField(
                "tenant_id", .nullable(.string()), .fixed,
                "The tenant whose exchanges it counts; null counts those of the whole deployment. The caller's own when not given, or the whole deployment for its key."
            ),
            ResourceField(
                "level", .words(RuleRecord.Level.allCases.map(\.rawValue)), .fixed, "What it is about.",
                isRequired: true),
            ResourceField(
                "subject", .string(), .fixed,
                "The id of the key, user, team or tenant, or the name of the model or provider; * is each one for itself.",
                isRequired: true),
            ResourceField(
                "definition", .any, .changeable, "What is allowed, as in the configuration.", isRequired: true),
            ResourceField("is_disabled", .boolean, .changeable, "Whether it is without effect."),
        ] + ResourceField.history
    }

    static var filters: [AdminProperty] {
        [
            AdminProperty(
                "level", .words(RuleRecord.Level.allCases.map(\.rawValue)), "Only those at this level; with subject."),
            AdminProperty("subject", .string(), "Only those of this subject; with level."),
        ]
    }

    var store: any RecordStore<RuleRecord> { get throws(AdminError) { try self.access.all.rules } }

    func shows(_ record: RuleRecord) -> Bool { record.sort == Self.sort }

    func filter(_ query: AdminQuery) throws(AdminError) -> RuleRecord.Filter {
        guard query["level"] != nil || query["subject"] != nil else { return .sort(Self.sort) }
        guard let subject = query["subject"], let level = query["level"].flatMap(RuleRecord.Level.init(rawValue:))
        else {
            throw AdminError(
                .invalidQuery, "level and subject: expected both, as in level=team&subject=team_01….",
                parameter: query["subject"] == nil ? "subject" : "level")
        }
        return .subject(level, subject)
    }

    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<RuleRecord> {
        let tenant = try self.tenant(fields, access)
        let level = try fields.required("level", fields.word("level", RuleRecord.Level.self))
        if level == .tenant { try access.requireDeployment("A rule at level tenant", parameter: "level") }
        let subject = try fields.required("subject", fields.string("subject"))
        try await self.checkSubject(subject, level, of: tenant)
        let definition = try fields.required("definition", fields.json("definition"))
        var record = RuleRecord(
            id: Self.newID(access), tenant: tenant, sort: Self.sort, level: level, subject: subject,
            definition: definition, createdAt: access.now)
        try await self.change(&record, fields, access)
        return NewRecord(record: record)
    }

    func change(_ record: inout RuleRecord, _ fields: FieldReader, _ access: AdminAccess) async throws {
        try fields.replace("definition", fields.json("definition"), in: &record.definition)
        if fields.has("definition"), let expected = self.check(record.definition) {
            throw AdminError(.invalidField, "definition: expected \(expected).", parameter: "definition")
        }
        try fields.replace("is_disabled", fields.bool("is_disabled"), in: &record.isDisabled)
    }

    func checkChange(of record: RuleRecord, _ access: AdminAccess) throws(AdminError) {
        if record.level == .tenant { try access.requireDeployment("A rule at level tenant") }
    }

    func write(_ record: RuleRecord, _ access: AdminAccess, to writer: inout JSONWriter) {
        writer.member("id", record.id.text)
        writer.member("tenant_id", record.tenant?.text)
        writer.member("level", record.level.rawValue)
        writer.member("subject", record.subject)
        writer.member("definition", json: record.definition)
        writer.member("is_disabled", record.isDisabled)
    }

    private func tenant(_ fields: FieldReader, _ access: AdminAccess) throws(AdminError) -> TenantID? {
        switch try fields.string("tenant_id") {
        case .value: return try self.access.tenant(fields, access)
        case .null:
            try access.requireDeployment("A rule of the whole deployment", parameter: "tenant_id")
            return nil
        case .absent:
            if case .tenant(let own) = access.scope { return own }
            return nil
        }
    }

    /// A subject that is a record has to exist where the rule counts.
    private func checkSubject(_ subject: String, _ level: RuleRecord.Level, of tenant: TenantID?) async throws {
        guard subject != "*" else { return }
        let scope = tenant.map { TenantScope.tenant($0) } ?? .all
        let stores = try self.access.all
        let exists: Bool
        switch level {
        case .key: exists = try await stores.keys.record(KeyID(subject), in: scope) != nil
        case .user: exists = try await stores.users.record(UserID(subject), in: scope) != nil
        case .team: exists = try await stores.teams.record(TeamID(subject), in: scope) != nil
        case .tenant: exists = try await stores.tenants.record(TenantID(subject), in: scope) != nil
        case .model, .provider:
            guard (1...256).contains(subject.utf8.count), !subject.contains(where: \.isWhitespace) else {
                throw AdminError(.invalidField, "subject: expected a name without spaces.", parameter: "subject")
            }
            return
        }
        guard exists else { throw RecordAccess.unknown(level.rawValue, "subject") }
    }
}
