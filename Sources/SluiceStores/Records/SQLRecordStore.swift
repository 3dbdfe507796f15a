import SluiceCore

/// Keeps the records of one kind in their table. Written once for all kinds and both databases.
struct SQLRecordStore<Record: SQLRecord>: RecordStore {
    let database: SQLDatabase

    func insert(_ record: Record, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) -> Record {
        guard scope.holds(record.tenant) else { throw Self.notFound }
        return try await self.change(act) { connection, number throws(StoreError) in
            try Self.insert(record, number, act, connection)
        }
    }

    /// Stores a new record within a transaction.
    static func insert(
        _ record: Record,
        _ number: Int64,
        _ act: AdministrativeAct,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Record {
        var record = record
        record.revision = number
        record.updatedAt = act.at
        try record.check(connection)
        let parameters = (1...Record.columns.count).map { "$\($0)" }.joined(separator: ", ")
        _ = try connection.query(
            "INSERT INTO \(Record.table) (\(Self.columnList)) VALUES (\(parameters))", record.values)
        try Self.log(record.id, record.tenant, verb: "create", number, act, connection)
        return record
    }

    func update(_ record: Record, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) -> Record {
        guard scope.holds(record.tenant) else { throw Self.notFound }
        return try await self.change(act) { connection, number throws(StoreError) in
            var new = record
            new.revision = number
            new.updatedAt = act.at
            try new.check(connection)
            var parameters = SQLParameters()
            let assignments = zip(Record.columns, new.values)
                .filter { column, _ in !Record.fixedColumns.contains(column) }
                .map { column, value in "\(column) = \(parameters.add(value))" }
            let place = Self.place(record.id, record.tenant, &parameters)
            let statement = """
                UPDATE \(Record.table) SET \(assignments.joined(separator: ", "))
                WHERE \(place) AND revision = \(parameters.add(.integer(record.revision)))
                """
            guard try connection.query(statement, parameters.values).changed == 1 else {
                var parameters = SQLParameters()
                let place = Self.place(record.id, record.tenant, &parameters)
                let exists =
                    try connection.first("SELECT 1 FROM \(Record.table) WHERE \(place)", parameters.values) != nil
                throw exists
                    ? StoreError(.conflict, "the \(Record.kind.rawValue) was changed by another since it was read")
                    : Self.notFound
            }
            try Self.log(record.id, record.tenant, verb: "update", number, act, connection)
            return new
        }
    }

    func remove(_ id: RecordID<Record>, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) {
        try await self.change(act) { connection, number throws(StoreError) in
            guard let old = try Self.read(id, in: scope, connection) else { throw Self.notFound }
            var parameters = SQLParameters()
            let statement: String
            if let column = Record.removalColumn {
                let time = parameters.add(SQLValue(act.at))
                let revision = parameters.add(.integer(number))
                let place = Self.place(id, old.tenant, &parameters)
                statement =
                    "UPDATE \(Record.table) SET \(column) = \(time), updated_at = \(time), revision = \(revision) WHERE \(place)"
            } else {
                let place = Self.place(id, old.tenant, &parameters)
                statement = "DELETE FROM \(Record.table) WHERE \(place)"
            }
            guard try connection.query(statement, parameters.values).changed == 1 else { throw Self.notFound }
            try Self.log(id, old.tenant, verb: "remove", number, act, connection)
        }
    }

    func record(_ id: RecordID<Record>, in scope: TenantScope) async throws(StoreError) -> Record? {
        try await self.database.read { connection throws(StoreError) in try Self.read(id, in: scope, connection) }
    }

    func records(in scope: TenantScope, where filter: Record.Filter, page: PageRequest) async throws(StoreError)
        -> Page<Record>
    {
        var parameters = SQLParameters()
        var conditions: [String] = []
        if let condition = Self.condition(scope, &parameters) { conditions.append(condition) }
        if let condition = Record.condition(filter, &parameters) { conditions.append(condition) }
        if let cursor = page.cursor {
            let place = try PageCursor(cursor)
            conditions.append(
                "(created_at, id) > (\(parameters.add(SQLValue(place.time))), \(parameters.add(.text(place.id))))")
        }
        // One more than asked for tells whether there is a next page.
        let limit = parameters.add(.integer(Int64(page.limit + 1)))
        let statement = """
            SELECT \(Self.columnList) FROM \(Record.table)
            \(conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))")
            ORDER BY created_at, id LIMIT \(limit)
            """
        let values = parameters.values
        return try await self.database.read { connection throws(StoreError) in
            var records: [Record] = []
            for var row in try connection.query(statement, values).rows { records.append(try Record(&row)) }
            guard records.count > page.limit else { return Page(records: records) }
            records.removeLast()
            let next = records.last.map { PageCursor(time: $0.createdAt, id: $0.id.text).text }
            return Page(records: records, next: next)
        }
    }
}

extension SQLRecordStore: UserStore where Record == UserRecord {
    func user(email: String, in scope: TenantScope) async throws(StoreError) -> UserRecord? {
        var parameters = SQLParameters()
        var conditions = ["email = \(parameters.add(.text(UserRecord.normalized(email: email))))"]
        if let condition = Self.condition(scope, &parameters) { conditions.append(condition) }
        let statement = "SELECT \(Self.columnList) FROM users WHERE \(conditions.joined(separator: " AND "))"
        let values = parameters.values
        return try await self.database.read { connection throws(StoreError) in
            guard var row = try connection.first(statement, values) else { return nil }
            return try UserRecord(&row)
        }
    }
}

// MARK: Statements

extension SQLRecordStore {
    private static var columnList: String { Record.columns.joined(separator: ", ") }
    private static var notFound: StoreError {
        StoreError(.notFound, "there is no such \(Record.kind.rawValue)")
    }

    private static func condition(_ scope: TenantScope, _ parameters: inout SQLParameters) -> String? {
        switch scope {
        case .all: nil
        case .tenant(let tenant):
            // What is the deployment's is no tenant's.
            Record.tenantColumn.map { "\($0) = \(parameters.add(.text(tenant.text)))" } ?? "1 = 0"
        }
    }

    /// The condition for one row that may still be changed.
    private static func place(
        _ id: RecordID<Record>,
        _ tenant: TenantID?,
        _ parameters: inout SQLParameters
    ) -> String {
        var conditions = ["id = \(parameters.add(.text(id.text)))"]
        if let column = Record.tenantColumn {
            conditions.append(tenant.map { "\(column) = \(parameters.add(.text($0.text)))" } ?? "\(column) IS NULL")
        }
        if let column = Record.removalColumn { conditions.append("\(column) IS NULL") }
        return conditions.joined(separator: " AND ")
    }

    private static func read(
        _ id: RecordID<Record>,
        in scope: TenantScope,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Record? {
        var parameters = SQLParameters()
        var conditions = ["id = \(parameters.add(.text(id.text)))"]
        if let condition = Self.condition(scope, &parameters) { conditions.append(condition) }
        let statement =
            "SELECT \(Self.columnList) FROM \(Record.table) WHERE \(conditions.joined(separator: " AND "))"
        guard var row = try connection.first(statement, parameters.values) else { return nil }
        return try Record(&row)
    }

    /// Runs a change with its number, and says to this process that there was one.
    private func change<Value: Sendable>(
        _ act: AdministrativeAct,
        _ body: @escaping @Sendable (any SQLConnection, _ number: Int64) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let value = try await self.database.write { connection throws(StoreError) in
            try body(connection, try ChangeLog.number(connection))
        }
        self.database.watch.poke()
        return value
    }

    private static func log(
        _ id: RecordID<Record>,
        _ tenant: TenantID?,
        verb: String,
        _ number: Int64,
        _ act: AdministrativeAct,
        _ connection: any SQLConnection
    ) throws(StoreError) {
        _ = try ChangeLog.audit(
            action: "\(Record.kind.rawValue).\(act.verb ?? verb)", subject: id.text, tenant: tenant, act: act,
            connection)
        try ChangeLog.record(
            Change(number: number, kind: Record.kind, id: id.text, tenant: tenant), at: act.at, connection)
    }
}
