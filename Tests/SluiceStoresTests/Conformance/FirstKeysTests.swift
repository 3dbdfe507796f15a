import SluiceCore
import Testing

@testable import SluiceStores

@Suite("The first keys of a deployment in both databases", .timeLimit(.minutes(2)))
struct FirstKeysStoreTests {
    @Test("of several processes one stores them, and the feed has no gap", arguments: TestDatabase.kinds)
    func once(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        try await database.withStores { first async throws in
            try await database.withStores { second async throws in
                #expect(try await !first.hasHadKeys())
                let stored = try await withThrowingTaskGroup(of: Int.self) { group in
                    for (index, stores) in [first, second, first, second].enumerated() {
                        group.addTask {
                            let keys = [Samples.key("a\(index)", "default"), Samples.key("b\(index)", "default")]
                            do throws(StoreError) {
                                try await stores.insertFirst(keys, as: Samples.act())
                                return 1
                            } catch {
                                #expect(error.kind == .conflict)
                                return 0
                            }
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(stored == 1)
                #expect(try await second.hasHadKeys())
                #expect(try await first.keys.records(in: .all, where: .all, page: PageRequest()).records.count == 2)
                #expect(try await first.changes.latest() == 2)
                guard case .changes(let changes) = try await second.changes.changes(after: 0, limit: 10) else {
                    Issue.record("the feed has a gap")
                    return
                }
                #expect(changes.map(\.number) == [1, 2])
            }
        }
    }
}
