import FoundationEssentials
import Glibc
import SluiceCore
import Testing

@testable import SluiceStores

@Suite("SQLite", .timeLimit(.minutes(1)))
struct SQLiteTests {
    @Test("folder and file are for the owner alone")
    func modes() async throws {
        let database = try await TestDatabase(.sqlite)
        defer { database.remove() }
        guard case .sqlite(let path) = database.location else { return }
        try await database.withStores { stores async throws in
            _ = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            func mode(_ path: String) -> mode_t {
                var status = stat()
                return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
            }
            #expect(mode(String(path.dropLast("/sluice.db".count))) == 0o700)
            #expect(mode(path) == 0o600)
            #expect(mode(path + "-wal") == 0o600)
        }
    }

    @Test("a file that is no database says so, and is left alone")
    func notADatabase() async throws {
        let database = try await TestDatabase(.sqlite)
        defer { database.remove() }
        guard case .sqlite(let path) = database.location else { return }
        let folder = String(path.dropLast("/sluice.db".count))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = Data(String(repeating: "this is a letter to my aunt. ", count: 100).utf8)
        try text.write(to: URL(filePath: path))
        try await database.withStores(migrated: false) { stores async throws in
            await expectStoreError(.corrupt) { () async throws(StoreError) in try await stores.migrate() }
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == text)
    }

    @Test(
        "a path that cannot be is refused at once", arguments: ["/", "", "/proc/none/sluice.db", "/dev/null/sluice.db"])
    func badPath(path: String) {
        #expect(throws: StoreError.self) { try SQLStores(.sqlite(path: path)) }
    }

    @Test("readers work on while another process writes, and a writer waits no longer than it may")
    func otherWriter() async throws {
        let database = try await TestDatabase(.sqlite)
        defer { database.remove() }
        guard case .sqlite(let path) = database.location else { return }
        var settings = StoreSettings()
        settings.lockTimeout = .milliseconds(50)
        try await database.withStores(settings) { stores async throws in
            let other = try SQLiteConnection(SQLiteFile(path: path), isWriter: true, settings: settings)
            try other.begin(isWrite: true)
            #expect(try await stores.keys.record(KeyID("none"), in: .all) == nil)
            await expectStoreError(.busy) { () async throws(StoreError) in
                try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            }
            other.rollback()
            _ = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
        }
    }

    @Test("a reader cannot write")
    func queryOnly() async throws {
        try await TestDatabase.withStores(.sqlite) { stores async throws in
            await expectStoreError(.misconfigured) { () async throws(StoreError) in
                try await stores.database.read { connection throws(StoreError) in
                    try connection.query("DELETE FROM client_keys", []).changed
                }
            }
        }
    }

    @Test("all sums at once are what each sum is, and one beyond 64 bits is an error")
    func sums() async throws {
        try await TestDatabase.withStores(.sqlite) { stores async throws in
            let sums = try await stores.database.read { connection throws(StoreError) in
                var sums: [[Int64]] = []
                for statement in [
                    "SELECT sluice_sums(a, b, a - b) FROM (SELECT 1 AS a, 5 AS b UNION ALL SELECT NULL, -7 UNION ALL SELECT 2, 3)",
                    "SELECT sluice_sums(1, 2, 3) FROM (SELECT 1) WHERE 1 = 0",
                    "SELECT sluice_sums(\(Int64.max), 1, -\(Int64.max))",
                ] {
                    guard var row = try connection.first(statement, []) else { continue }
                    sums.append(try row.sums(3, .sqlite))
                }
                return sums
            }
            #expect(sums == [[3, 1, -5], [0, 0, 0], [.max, 1, -.max]])
            await expectStoreError(.internal) { () async throws(StoreError) in
                try await stores.database.read { connection throws(StoreError) in
                    try connection.query(
                        "SELECT sluice_sums(a) FROM (SELECT \(Int64.max) AS a UNION ALL SELECT 1)", []
                    ).changed
                }
            }
        }
    }
}
