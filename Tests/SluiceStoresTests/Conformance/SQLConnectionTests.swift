import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Statements in both databases", .timeLimit(.minutes(2)))
struct SQLConnectionTests {
    private static let samples: [SQLValue] = [
        .null, .integer(.min), .integer(.max), .integer(0), .text(""), .text("日本語 'quoted' \"\\\n"), .bytes([]),
        .bytes((0...255).map { UInt8($0) }),
    ]

    private func make(_ stores: SQLStores) async throws {
        try await stores.database.administer { connection throws(StoreError) in
            try connection.script(
                """
                CREATE TABLE sample (id \(connection.dialect.integer) PRIMARY KEY, number \(connection.dialect.integer),
                words TEXT, octets \(connection.dialect.bytes)) \(connection.dialect.tableOptions);
                """)
        }
    }

    @Test("values come back as they went", arguments: TestDatabase.kinds)
    func values(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            try await self.make(stores)
            for (index, value) in Self.samples.enumerated() {
                let column =
                    switch value {
                    case .text: "words"
                    case .bytes: "octets"
                    default: "number"
                    }
                let found = try await stores.database.write { connection throws(StoreError) in
                    _ = try connection.query(
                        "INSERT INTO sample (id, \(column)) VALUES ($1, $2)", [.integer(Int64(index)), value])
                    return try connection.query("SELECT \(column) FROM sample WHERE id = $1", [.integer(Int64(index))])
                        .rows
                }
                var row = try #require(found.first)
                switch value {
                case .null: #expect(try row.optionalInteger() == nil)
                case .integer(let value): #expect(try row.integer() == value)
                case .text(let value): #expect(try row.text() == value)
                case .bytes(let value): #expect(try row.bytes() == value)
                }
                #expect(throws: StoreError.self) { try row.integer() }
            }
        }
    }

    @Test("a transaction that throws leaves nothing, and the connection works on", arguments: TestDatabase.kinds)
    func rollback(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            try await self.make(stores)
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.database.write { connection throws(StoreError) in
                    _ = try connection.query("INSERT INTO sample (id) VALUES ($1)", [.integer(1)])
                    return try connection.query("INSERT INTO sample (id) VALUES ($1)", [.integer(1)]).changed
                }
            }
            let count = try await stores.database.write { connection throws(StoreError) in
                try connection.query("SELECT id FROM sample", []).rows.count
            }
            #expect(count == 0)
        }
    }

    @Test("a wrong statement is an error and not the end of the connection", arguments: TestDatabase.kinds)
    func wrong(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            await expectStoreError(.internal) { () async throws(StoreError) in
                try await stores.database.read { connection throws(StoreError) in
                    try connection.query("SELECT nonsense FROM nowhere", []).changed
                }
            }
            try await stores.ping()
            #expect(stores.health.failure == nil)
        }
    }

    @Test("a statement that takes too long is ended", arguments: TestDatabase.kinds)
    func statementTimeout(kind: SQLDialect) async throws {
        var settings = StoreSettings()
        settings.statementTimeout = .milliseconds(50)
        try await TestDatabase.withStores(kind, settings) { stores async throws in
            let endless =
                kind == .sqlite
                ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"
                : "SELECT pg_sleep(60)"
            await expectStoreError(.timeout) { () async throws(StoreError) in
                try await stores.database.read { connection throws(StoreError) in
                    try connection.query(endless, []).changed
                }
            }
            await expectStoreError(.timeout) { () async throws(StoreError) in
                try await stores.database.write { connection throws(StoreError) in
                    try connection.query(endless, []).changed
                }
            }
            try await stores.ping()
        }
    }

    @Test(
        "with all connections busy, calls wait for their patience and the queue has an end",
        arguments: TestDatabase.kinds)
    func exhaustion(kind: SQLDialect) async throws {
        var settings = StoreSettings()
        settings.connections = 1
        settings.waitingCalls = 2
        // Long enough for two to be seen waiting on a busy machine.
        settings.callTimeout = .seconds(2)
        settings.migrationTimeout = .seconds(60)
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { _ in }
        try await database.withStores(settings, migrated: false) { stores async throws in
            let gate = Monitor()
            let isOpen = Flag()
            let isHeld = Flag()
            async let holder: Void = stores.database.read { _ throws(StoreError) in
                isHeld.set()
                gate.locked { while !isOpen.isSet { gate.wait(until: .never) } }
            }
            while !isHeld.isSet { await Task.yield() }
            // Two fit in the queue and are told after their patience; who comes after them is told at once.
            await withTaskGroup(of: StoreError.Kind?.self) { group in
                for _ in 0..<2 {
                    group.addTask { await Self.kind { () async throws(StoreError) in try await stores.ping() } }
                }
                while stores.health.waitingCalls < 2 { await Task.yield() }
                #expect(await Self.kind { () async throws(StoreError) in try await stores.ping() } == .busy)
                for await kind in group { #expect(kind == .timeout) }
            }
            let cancelled = Task { await Self.kind { () async throws(StoreError) in try await stores.ping() } }
            while stores.health.waitingCalls < 1 { await Task.yield() }
            cancelled.cancel()
            #expect(await cancelled.value == .cancelled)
            isOpen.set()
            gate.locked { gate.wakeAll() }
            try await holder
            try await stores.ping()
        }
    }

    private static func kind(_ body: () async throws(StoreError) -> Void) async -> StoreError.Kind? {
        do throws(StoreError) {
            try await body()
            return nil
        } catch {
            return error.kind
        }
    }

    @Test("a closed store refuses", arguments: TestDatabase.kinds)
    func closed(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        let stores = try await database.withStores { $0 }
        await expectStoreError(.unavailable) { () async throws(StoreError) in try await stores.ping() }
    }
}
