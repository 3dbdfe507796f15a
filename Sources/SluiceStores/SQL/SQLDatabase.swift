import SluiceCore

/// A database as the stores see it: two ways in, for what reads and for what changes.
final class SQLDatabase: Sendable {
    /// How often a transaction is tried that got in the way of another.
    private static let tries = 4

    let dialect: SQLDialect
    private let readers: SQLLane
    private let writers: SQLLane
    /// What is told after each change.
    let watch: ChangeWatch

    /// Makes a database. With PostgreSQL the two lanes are one.
    init(dialect: SQLDialect, readers: SQLLane, writers: SQLLane, watch: ChangeWatch) {
        self.dialect = dialect
        self.readers = readers
        self.writers = writers
        self.watch = watch
    }

    /// Starts the threads. When it throws, those that started end again.
    func start() throws(StoreError) {
        do throws(StoreError) {
            try self.writers.start()
            if self.readers !== self.writers { try self.readers.start() }
            try self.watch.start()
        } catch {
            self.writers.refuse()
            self.readers.refuse()
            throw error
        }
    }

    /// Ends the threads; what runs is let end.
    func close() async {
        await self.watch.close()
        await self.writers.close()
        if self.readers !== self.writers { await self.readers.close() }
    }

    /// Why the database is believed to be away; `nil` when it is not.
    var failure: StoreError? { self.writers.failure ?? self.readers.failure }
    /// How many calls failed through no fault of what they asked for.
    var failures: [StoreError.Kind: Int] {
        self.readers === self.writers
            ? self.readers.failures : self.readers.failures.merging(self.writers.failures, uniquingKeysWith: +)
    }
    /// How many calls wait for a connection.
    var waiting: Int {
        self.readers === self.writers ? self.writers.waiting : self.readers.waiting + self.writers.waiting
    }

    /// Runs statements that change nothing. They may run twice, when a connection turns out to be lost.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await self.readers.run(isRepeatable: true, body)
    }

    /// Runs a transaction that changes something: all of it is stored, or nothing. It runs anew when it met another transaction.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        // A connection that is lost before the commit has stored nothing, and a commit whose outcome is not known is
        // another kind of error: so all that is `unavailable` can be repeated.
        try await self.writers.run(isRepeatable: true) { connection throws(StoreError) in
            var failed = 0
            while true {
                do throws(StoreError) {
                    return try connection.transaction { () throws(StoreError) in try body(connection) }
                } catch {
                    failed += 1
                    guard error.kind == .contention, failed < Self.tries, connection.isUsable else { throw error }
                }
            }
        }
    }

    /// Runs `body` with the writers' connection and without a transaction, for migrations.
    func administer<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await self.writers.run(isRepeatable: false, body)
    }
}
