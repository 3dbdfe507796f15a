import Glibc
import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Migrations in both databases", .timeLimit(.minutes(2)))
struct MigratorTests {
    private func migrator(_ migrations: [Migration] = Migration.all) -> Migrator {
        Migrator(migrations: migrations, timeout: .seconds(60))
    }

    @Test("numbers rise from 1 without gaps, and names are there")
    func list() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Migration.all.allSatisfy { !$0.name.isEmpty })
        #expect(
            Set(SQLDialect.allCases.flatMap { dialect in Migration.all.map { $0.checksum(dialect) } }).count == 2
                * Migration.all.count)
    }

    @Test("released migrations are never edited: their checksums are these")
    func released() {
        #expect(Migration.all.map { $0.checksum(.sqlite) } == ReleasedMigrations.sqlite)
        #expect(Migration.all.map { $0.checksum(.postgresql) } == ReleasedMigrations.postgresql)
    }

    @Test("a second start finds nothing to do", arguments: TestDatabase.kinds)
    func twice(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores(migrated: false) { stores async throws in
            #expect(try await stores.migrate() == Array(1...Migration.all.count))
            #expect(try await stores.migrate() == [])
        }
    }

    @Test(
        "from every earlier state the schema comes up to date, and what was stored stays",
        arguments: TestDatabase.kinds, 0..<Migration.all.count)
    func upgrade(kind: SQLDialect, earlier: Int) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores(migrated: false) { stores async throws in
            _ = try await stores.migrate(with: self.migrator(Array(Migration.all.prefix(earlier))))
            if earlier >= 2 {
                // As the program of that time did, which knew no later column.
                try await stores.database.write { connection throws(StoreError) in
                    _ = try connection.query(
                        """
                        INSERT INTO client_keys
                        (id, tenant_id, name, secret_hash, admin_scope, tags, metadata, created_at, updated_at, revision)
                        VALUES ($1, $2, $1, $1, $3, $4, $4, $5, $5, $5)
                        """,
                        [.text("old"), .text("default"), .text("none"), .text("{}"), .integer(1)])
                }
            }
            #expect(try await stores.migrate() == Array((earlier + 1)...Migration.all.count))
            #expect(try await stores.tenants.record(TenantRecord.defaultID, in: .all) != nil)
            #expect((try await stores.keys.record(KeyID("old"), in: .all) != nil) == (earlier >= 2))
            _ = try await stores.balances.spend(
                BalanceAmount(nanoUSD: 1), in: BalancePeriod(account: "a", start: Samples.start, tenant: nil))
        }
    }

    @Test("of several that start at once one makes each step", arguments: TestDatabase.kinds)
    func together(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        let made = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await database.withStores(migrated: false) { try await $0.migrate() }
                }
            }
            return try await group.reduce([], +)
        }
        #expect(made.sorted() == Array(1...Migration.all.count))
    }

    @Test("a database of a newer version is refused, with what to do", arguments: TestDatabase.kinds)
    func newer(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { stores async throws in
            let next = Migration(number: Migration.all.count + 1, name: "from the future") { _ in "SELECT 1;" }
            _ = try await stores.migrate(with: self.migrator(Migration.all + [next]))
            let error = await expectStoreError(.newerSchema) { () async throws(StoreError) in try await stores.migrate()
            }
            #expect(error?.message.contains("from the future") == true)
            #expect(error?.message.contains("newer version") == true)
        }
    }

    @Test("a step that was edited is noticed", arguments: TestDatabase.kinds)
    func edited(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { stores async throws in
            var migrations = Migration.all
            let statements = migrations[1].statements
            migrations[1].statements = { statements($0) + "\n" }
            let edited = migrations
            await expectStoreError(.corrupt) { () async throws(StoreError) in
                try await stores.migrate(with: self.migrator(edited))
            }
        }
    }

    @Test("a step that fails in its middle leaves nothing of itself", arguments: TestDatabase.kinds)
    func failing(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores(migrated: false) { stores async throws in
            var migrations = Migration.all
            let statements = migrations[1].statements
            migrations[1].statements = { statements($0) + "\nINSERT INTO nowhere VALUES (1);" }
            let broken = migrations
            await expectStoreError(.internal) { () async throws(StoreError) in
                try await stores.migrate(with: self.migrator(broken))
            }
            #expect(try await stores.migrate() == Array(2...Migration.all.count))
        }
    }

    @Test("a crash in the middle of a step leaves a database that the next start brings up to date")
    func crashSQLite() async throws {
        let database = try await TestDatabase(.sqlite)
        defer { database.remove() }
        guard case .sqlite(let path) = database.location else { return }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let stores = try SQLStores(.sqlite(path: path))
            var migrator = Migrator(timeout: .seconds(60))
            migrator.beforeCommit = { migration in
                if migration.number == 2 { kill(getpid(), SIGKILL) }
            }
            _ = try await stores.migrate(with: migrator)
        }
        try await database.withStores(migrated: false) { stores async throws in
            #expect(try await stores.migrate() == Array(2...Migration.all.count))
        }
    }

    @Test("so does a crash beside PostgreSQL", .enabled(if: TestServers.postgres != nil, TestServers.hint))
    func crashPostgreSQL() async throws {
        let server = try #require(TestServers.postgres)
        let database = try await TestDatabase(.postgresql)
        guard case .postgresql(let location) = database.location else { return }
        let text = location.expose()
        #expect(text.hasPrefix(server))
        await #expect(processExitsWith: .signal(SIGKILL)) { [text = text as String] in
            let stores = try SQLStores(try StoreLocation(text))
            var migrator = Migrator(timeout: .seconds(60))
            migrator.beforeCommit = { migration in
                if migration.number == 3 { kill(getpid(), SIGKILL) }
            }
            _ = try await stores.migrate(with: migrator)
        }
        try await database.withStores(migrated: false) { stores async throws in
            #expect(try await stores.migrate() == Array(3...Migration.all.count))
        }
    }
}
