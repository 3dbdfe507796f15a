import SluiceCore

/// Brings a database to the schema that this version of the program knows.
///
/// Each step is one transaction with its row in `schema_migrations`, under a lock that all processes of a deployment share: a crash
/// leaves a step made or not begun, and of two that start at once one waits and finds the work done.
struct Migrator: Sendable {
    /// The lock of PostgreSQL that says "migrations of Sluice": the letters `sluicemg`.
    private static let lockNumber: Int64 = 0x736C_7569_6365_6D67

    /// The steps, in order.
    var migrations: [Migration] = Migration.all
    /// How long all of it may take.
    var timeout: Duration
    /// Called within each step's transaction before it is made final. Tests break off here.
    var beforeCommit: @Sendable (Migration) throws(StoreError) -> Void = { _ in }

    /// Makes the steps that are missing; returns their numbers.
    ///
    /// Throws `newerSchema` when the database has steps that this version does not know, `corrupt` when a step is not the one that
    /// it knows by this number, and what the statements throw.
    func run(_ connection: any SQLConnection) throws(StoreError) -> [Int] {
        let end = MonotonicTime.now().advanced(by: self.timeout)
        connection.deadline = end
        var made: [Int] = []
        while true {
            do throws(StoreError) {
                let step = try connection.transaction { () throws(StoreError) in
                    try self.next(connection, until: end)
                }
                guard let step else { return made }
                made.append(step)
            } catch {
                // Another process writes, or migrates, for longer than a lock is waited for.
                guard error.kind == .busy, connection.isUsable, MonotonicTime.now() < end else { throw error }
            }
        }
    }

    /// Makes the first step that is missing; `nil` when none is.
    private func next(_ connection: any SQLConnection, until end: MonotonicTime) throws(StoreError) -> Int? {
        let rest = end.milliseconds(from: .now())
        guard rest > 0 else { throw StoreError(.timeout, "the migrations were not done within \(self.timeout)") }
        try connection.allow(.milliseconds(Int(rest)))
        if connection.dialect == .postgresql {
            _ = try connection.query("SELECT pg_advisory_xact_lock($1)", [.integer(Self.lockNumber)])
        }
        try connection.script(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number \(connection.dialect.integer) PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL
            ) \(connection.dialect.tableOptions);
            """
        )
        let made = try self.check(connection)
        guard made < self.migrations.count else { return nil }
        let migration = self.migrations[made]
        try connection.script(migration.statements(connection.dialect))
        _ = try connection.query(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
            [
                .integer(Int64(migration.number)), .text(migration.name),
                .text(migration.checksum(connection.dialect)),
            ]
        )
        try self.beforeCommit(migration)
        return migration.number
    }

    /// Compares what was made with what is known; returns how many steps were made.
    private func check(_ connection: any SQLConnection) throws(StoreError) -> Int {
        let rows = try connection.query("SELECT number, name, checksum FROM schema_migrations ORDER BY number", []).rows
        for (index, row) in rows.enumerated() {
            var row = row
            let number = try row.integer()
            let name = try row.text()
            guard index < self.migrations.count else {
                throw StoreError(
                    .newerSchema,
                    "the database has migration \(number) (\(name)), and this version of Sluice knows \(self.migrations.count): start the newer version, or restore a backup from before the upgrade"
                )
            }
            let known = self.migrations[index]
            guard number == known.number, try row.text() == known.checksum(connection.dialect) else {
                throw StoreError(
                    .corrupt,
                    "migration \(number) (\(name)) of the database is not migration \(known.number) (\(known.name)) of this version: it was made by another program or edited"
                )
            }
        }
        return rows.count
    }
}
