import Glibc
import SluiceCore
import Testing

@testable import SluiceStores

@Suite(
    "PostgreSQL", .enabled(if: TestServers.postgres != nil, TestServers.hint), .timeLimit(.minutes(2)))
struct PostgreSQLTests {
    private func server() throws -> String { try #require(TestServers.postgres) }

    private func ping(_ location: String) async throws(StoreError) {
        let stores = try SQLStores(try StoreLocation(location))
        do throws(StoreError) {
            try await stores.ping()
        } catch {
            await stores.close()
            throw error
        }
        await stores.close()
    }

    @Test("TLS modes are libpq's: the certificate is checked when it is asked for")
    func tls() async throws {
        let server = try self.server()
        let authority = try #require(TestServers.authority)
        try await self.ping("\(server)?sslmode=require")
        try await self.ping("\(server)?sslmode=verify-full&sslrootcert=\(authority)")
        let error = await expectStoreError(.unavailable) { () async throws(StoreError) in
            try await self.ping("\(server)?sslmode=verify-full&sslrootcert=/etc/hostname")
        }
        #expect(error?.message.contains("certificate") == true)
    }

    @Test("keywords serve as well as a URL")
    func keywords() async throws {
        let rest = try self.server().split(separator: "@")[1].split(separator: "/")[0].split(separator: ":")
        try await self.ping("host=\(rest[0]) port=\(rest[1]) user=sluice dbname=postgres sslmode=disable")
    }

    @Test("what is wrong is said, without the password")
    func refusals() async throws {
        let server = try self.server()
        let database = await expectStoreError(.misconfigured) { () async throws(StoreError) in
            try await self.ping(server + "none?application_name=x")
        }
        #expect(database?.message.contains("does not exist") == true)
        let parameter = await expectStoreError(.unavailable) { () async throws(StoreError) in
            try await self.ping(server.replacing("sluice@", with: "sluice:s3cret@") + "?nonsense=1")
        }
        #expect(parameter?.message.contains("nonsense") == true)
        #expect(parameter?.description.contains("s3cret") == false)
    }

    @Test("a session that the server ended is replaced without an error")
    func terminated() async throws {
        try await TestDatabase.withStores(.postgresql) { stores async throws in
            for _ in 0..<3 {
                let own = try await stores.database.read { connection throws(StoreError) in
                    var row = try connection.query("SELECT pg_backend_pid()", []).rows[0]
                    return try row.integer()
                }
                let other = try SQLStores(try StoreLocation(try self.server()))
                _ = try await other.database.read { connection throws(StoreError) in
                    try connection.query("SELECT pg_terminate_backend(CAST($1 AS INTEGER))", [.integer(own)]).changed
                }
                await other.close()
                for _ in 0..<8 { try await stores.ping() }
            }
        }
    }

    @Test("a connection that breaks in a transaction stores nothing, and the transaction runs anew")
    func brokenTransaction() async throws {
        try await TestDatabase.withStores(.postgresql) { stores async throws in
            let tries = Tries()
            let changed = try await stores.database.write { connection throws(StoreError) in
                _ = try connection.query("UPDATE change_counter SET number = number + 1", [])
                if tries.next() == 1 {
                    _ = try connection.query("SELECT pg_terminate_backend(pg_backend_pid())", [])
                }
                return try connection.query("UPDATE change_counter SET number = number + 1", []).changed
            }
            #expect(changed == 1)
            #expect(tries.count == 2)
            #expect(try await stores.changes.latest() == 2)
        }
    }
}

@Suite(
    "PostgreSQL that goes away and comes back", .serialized,
    .enabled(if: TestServers.unsteadyPostgres != nil, TestServers.hint), .timeLimit(.minutes(2)))
struct PostgreSQLOutageTests {
    private static let name = "postgres-unsteady"

    private var settings: StoreSettings {
        var settings = StoreSettings()
        settings.statementTimeout = .milliseconds(300)
        settings.connectTimeout = .milliseconds(300)
        settings.callTimeout = .seconds(2)
        settings.pollInterval = .milliseconds(20)
        return settings
    }

    /// Calls until it works, which has to be within the suite's limit of time.
    private func untilItWorks(_ stores: SQLStores) async {
        while true {
            do throws(StoreError) {
                try await stores.ping()
                return
            } catch {
                #expect(error.isRetryable, "\(error)")
                await Task.yield()
            }
        }
    }

    @Test("stopped and started: calls fail fast and in order, then work again without a restart")
    func restart() async throws {
        let database = try await TestDatabase(.postgresql, server: TestServers.unsteadyPostgres)
        try await database.withStores { stores async throws in
            _ = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
        }
        try await database.withStores(self.settings, migrated: false) { stores async throws in
            try await stores.ping()
            try await TestServers.act(.stop, on: Self.name)
            for _ in 0..<20 {
                await expectStoreError(.unavailable) { () async throws(StoreError) in
                    try await stores.keys.record(KeyID("abc"), in: .all)
                }
            }
            #expect(stores.health.failure?.kind == .unavailable)
            try await TestServers.act(.start, on: Self.name)
            await self.untilItWorks(stores)
            #expect(try await stores.keys.record(KeyID("abc"), in: .all) != nil)
            _ = try await stores.keys.insert(Samples.key("def", "default"), in: .all, as: Samples.act())
            #expect(stores.health.failure == nil)
            // Notices come again too.
            while !stores.health.hasNotices { await Task.yield() }
        }
    }

    @Test("hung: calls end within their time, and work again when it wakes up")
    func pause() async throws {
        let database = try await TestDatabase(.postgresql, server: TestServers.unsteadyPostgres)
        try await database.withStores(self.settings) { stores async throws in
            try await stores.ping()
            try await TestServers.act(.pause, on: Self.name)
            let clock = ContinuousClock()
            let started = clock.now
            await withTaskGroup(of: StoreError?.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        do throws(StoreError) {
                            try await stores.ping()
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                for await error in group {
                    #expect(error?.kind == .timeout || error?.kind == .unavailable, "\(String(describing: error))")
                }
            }
            // The patience of a call, and as much again for a machine that is busy.
            #expect(started.duration(to: clock.now) < self.settings.callTimeout * 4)
            try await TestServers.act(.resume, on: Self.name)
            await self.untilItWorks(stores)
        }
    }

    @Test("away at the start: the stores are made, and the schema comes when it is back")
    func awayAtStart() async throws {
        let database = try await TestDatabase(.postgresql, server: TestServers.unsteadyPostgres)
        try await TestServers.act(.stop, on: Self.name)
        try await database.withStores(self.settings, migrated: false) { stores async throws in
            let error = await expectStoreError(.unavailable) { () async throws(StoreError) in try await stores.migrate()
            }
            #expect(error?.isRetryable == true)
            try await TestServers.act(.start, on: Self.name)
            await self.untilItWorks(stores)
            #expect(try await stores.migrate().count == Migration.all.count)
        }
    }
}
