import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Audit table and change feed in both databases", .timeLimit(.minutes(2)))
struct AuditAndChangesTests {
    @Test("every change has its row, with who, when and whence", arguments: TestDatabase.kinds)
    func audit(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let key = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act(1))
            _ = try await stores.keys.update(key, in: .all, as: Samples.act(2, verb: "rotate"))
            _ = try await stores.audit.append(
                action: "key.refused", subject: "abc", tenant: nil, act: Samples.act(3))
            let entries = try await stores.audit.entries(in: .all, subject: "abc", page: PageRequest()).records
            #expect(entries.map(\.action) == ["key.create", "key.rotate", "key.refused"])
            #expect(entries.map(\.tenant) == [TenantID("default"), TenantID("default"), nil])
            #expect(entries[1].act == Samples.act(2, verb: "rotate"))
            let first = try await stores.audit.entries(in: .all, subject: nil, page: PageRequest(limit: 2))
            let second = try await stores.audit.entries(
                in: .all, subject: nil, page: PageRequest(limit: 2, after: first.next))
            #expect(first.records + second.records == entries)
            #expect(second.next == nil)
        }
    }

    @Test(
        "the database refuses to change or delete a row of the audit table",
        arguments: TestDatabase.kinds, ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
    func appendOnly(kind: SQLDialect, statement: String) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.database.write { connection throws(StoreError) in
                    try connection.query(statement, []).changed
                }
            }
            #expect(try await stores.audit.entries(in: .all, subject: nil, page: PageRequest()).records.count == 1)
        }
    }

    @Test("PostgreSQL refuses to empty the audit table", .enabled(if: TestServers.postgres != nil, TestServers.hint))
    func truncate() async throws {
        try await TestDatabase.withStores(.postgresql) { stores async throws in
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.database.write { connection throws(StoreError) in
                    try connection.script("TRUNCATE audit")
                }
            }
        }
    }

    @Test("a change that fails leaves no trace", arguments: TestDatabase.kinds)
    func failed(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            }
            #expect(try await stores.changes.latest() == 1)
            #expect(try await stores.audit.entries(in: .all, subject: nil, page: PageRequest()).records.count == 1)
        }
    }

    @Test("the feed tells what changed, in order, and when it no longer knows", arguments: TestDatabase.kinds)
    func feed(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            #expect(try await stores.changes.changes(after: 0, limit: 10) == .changes([]))
            let tenant = TenantID("default")
            for index in 0..<4 {
                _ = try await stores.keys.insert(Samples.key("k\(index)", "default"), in: .all, as: Samples.act(index))
            }
            let expected = (0..<4).map { Change(number: Int64($0 + 1), kind: .key, id: "k\($0)", tenant: tenant) }
            #expect(try await stores.changes.changes(after: 0, limit: 10) == .changes(expected))
            #expect(try await stores.changes.changes(after: 1, limit: 2) == .changes(Array(expected[1...2])))
            #expect(try await stores.changes.changes(after: 4, limit: 2) == .changes([]))
            #expect(try await stores.changes.changes(after: 9, limit: 2) == .tooOld(latest: 4))
            #expect(try await stores.changes.prune(before: Samples.start.advanced(by: .seconds(60))) == 3)
            #expect(try await stores.changes.changes(after: 0, limit: 2) == .tooOld(latest: 4))
            #expect(try await stores.changes.changes(after: 3, limit: 2) == .changes([expected[3]]))
        }
    }

    @Test("numbers become visible in their order though many write at once", arguments: TestDatabase.kinds)
    func order(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        _ = try await stores.keys.insert(
                            Samples.key("k\(index)", "default"), in: .all, as: Samples.act())
                    }
                }
                // A reader that follows the feed meanwhile sees every number once and none late.
                group.addTask {
                    var seen: Int64 = 0
                    while seen < 40 {
                        guard case .changes(let changes) = try await stores.changes.changes(after: seen, limit: 7)
                        else {
                            Issue.record("the feed has a gap after \(seen)")
                            return
                        }
                        for change in changes {
                            #expect(change.number == seen + 1)
                            seen = change.number
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(
        "another process's change is told without waiting for the poll",
        .enabled(if: TestServers.postgres != nil, TestServers.hint))
    func notices() async throws {
        let database = try await TestDatabase(.postgresql)
        var settings = StoreSettings()
        // Longer than the test may take: what comes is a notice.
        settings.pollInterval = .seconds(600)
        try await database.withStores(settings) { reader async throws in
            try await database.withStores { writer async throws in
                // The listening connection is made by a thread of its own, a little later.
                while !reader.health.hasNotices {
                    await Task.yield()
                }
                _ = try await writer.keys.insert(Samples.key("k", "default"), in: .all, as: Samples.act())
                var seen: Int64 = 0
                for await _ in reader.changes.ticks {
                    seen = try await reader.changes.latest()
                    if seen > 0 { break }
                }
                #expect(seen == 1)
            }
        }
    }

    @Test("the poll finds what another process changed", arguments: TestDatabase.kinds)
    func poll(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        var settings = StoreSettings()
        settings.pollInterval = .milliseconds(10)
        try await database.withStores(settings) { reader async throws in
            try await database.withStores { writer async throws in
                _ = try await writer.keys.insert(Samples.key("k", "default"), in: .all, as: Samples.act())
                var seen: Int64 = 0
                for await _ in reader.changes.ticks {
                    seen = try await reader.changes.latest()
                    if seen > 0 { break }
                }
                #expect(seen == 1)
            }
        }
    }
}
