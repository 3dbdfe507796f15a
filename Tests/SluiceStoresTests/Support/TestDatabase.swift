import FoundationEssentials
import SluiceCore
import Testing

@testable import SluiceStores

/// An empty database of its own for one test: a file in a new folder, or a new schema of the test server.
struct TestDatabase: Sendable {
    /// The databases that are there to be tested.
    static var kinds: [SQLDialect] { TestServers.postgres == nil ? [.sqlite] : [.sqlite, .postgresql] }

    let kind: SQLDialect
    let location: StoreLocation
    private let folder: String?

    /// Makes the database. `server` is a URL without parameters.
    init(_ kind: SQLDialect, server: String? = TestServers.postgres) async throws {
        self.kind = kind
        let name = "t" + UUID().uuidString.lowercased().filter { $0 != "-" }
        switch kind {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.path + "/sluice-" + name
            self.folder = folder
            self.location = .sqlite(path: folder + "/data/sluice.db")
        case .postgresql:
            let server = try #require(server)
            self.folder = nil
            let stores = try SQLStores(try StoreLocation(server))
            try await stores.database.administer { connection throws(StoreError) in
                try connection.script("CREATE SCHEMA \(name)")
            }
            await stores.close()
            self.location = try StoreLocation("\(server)?options=-csearch_path%3D\(name)")
        }
    }

    /// Opens stores, calls `body`, and closes them whatever happens.
    @discardableResult
    func withStores<Value: Sendable>(
        _ settings: StoreSettings = StoreSettings(),
        migrated: Bool = true,
        _ body: (SQLStores) async throws -> Value
    ) async throws -> Value {
        let stores = try SQLStores(self.location, settings: settings)
        do {
            if migrated { try await stores.migrate() }
            let value = try await body(stores)
            await stores.close()
            return value
        } catch {
            await stores.close()
            throw error
        }
    }

    /// Removes what a file left. A schema goes with its server.
    func remove() {
        guard let folder else { return }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Makes a database, opens stores on it, and removes it in the end.
    @discardableResult
    static func withStores<Value: Sendable>(
        _ kind: SQLDialect,
        _ settings: StoreSettings = StoreSettings(),
        _ body: (SQLStores) async throws -> Value
    ) async throws -> Value {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        return try await database.withStores(settings, body)
    }
}

/// Asserts that a call fails with a kind of error, and gives the error.
@discardableResult
func expectStoreError<Value>(
    _ kind: StoreError.Kind,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws(StoreError) -> Value
) async -> StoreError? {
    do throws(StoreError) {
        _ = try await body()
        Issue.record("expected \(kind), and nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        return error
    }
}
