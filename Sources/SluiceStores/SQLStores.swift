public import SluiceCore

/// The stores of one deployment, in SQLite or PostgreSQL.
///
/// ```swift
/// let stores = try SQLStores(try StoreLocation("sqlite:./data/sluice.db"))
/// try await stores.migrate()
/// let key = try await stores.keys.record(KeyID("abcdefghijkl"), in: .all)
/// await stores.close()
/// ```
///
/// Calls never block the caller's thread. They may be made from any task, and throw `unavailable` while the database is away; nothing
/// has to be done for them to work again when it is back.
public final class SQLStores: Sendable {
    /// How the stores are, without asking the database.
    public struct Health: Sendable, Equatable {
        /// Why the database is believed to be away; `nil` when it is not.
        public var failure: StoreError?
        /// How many calls wait for a connection.
        public var waitingCalls: Int
        /// How many calls failed since the start through no fault of what they asked for.
        public var failures: [StoreError.Kind: Int]
        /// Whether changes are announced by the database; otherwise the poll finds them.
        public var hasNotices: Bool
    }

    /// Tenants.
    public let tenants: any RecordStore<TenantRecord>
    /// Teams.
    public let teams: any RecordStore<TeamRecord>
    /// Users.
    public let users: any UserStore
    /// Keys.
    public let keys: any RecordStore<KeyRecord>
    /// Limits and budgets.
    public let rules: any RecordStore<RuleRecord>
    /// Prices over those of the configuration and the book.
    public let prices: any RecordStore<PriceRecord>
    /// What budgets have spent and hold.
    public let balances: any BalanceStore
    /// The ledger, to be written.
    public let ledger: any LedgerStore
    /// The ledger, to be read.
    public let usage: any UsageStore
    /// The audit table.
    public let audit: any AuditStore
    /// What changed.
    public let changes: any ChangeFeed

    /// The ledger, to be written by batches.
    let batches: any LedgerBatchStore
    let database: SQLDatabase
    private let settings: StoreSettings

    /// Prepares the stores: makes the folder and the file of SQLite, or opens libpq, and starts the threads. It does not connect.
    ///
    /// Throws `misconfigured`, `full`, or `unavailable` when the system has no threads.
    public init(_ location: StoreLocation, settings: StoreSettings = StoreSettings()) throws(StoreError) {
        let database =
            switch location {
            case .sqlite(let path): try Self.sqlite(SQLiteFile(path: path), settings)
            case .postgresql(let text): try Self.postgresql(text, settings)
            }
        try database.start()
        self.settings = settings
        self.database = database
        self.tenants = SQLRecordStore<TenantRecord>(database: database)
        self.teams = SQLRecordStore<TeamRecord>(database: database)
        self.users = SQLRecordStore<UserRecord>(database: database)
        self.keys = SQLRecordStore<KeyRecord>(database: database)
        self.rules = SQLRecordStore<RuleRecord>(database: database)
        self.prices = SQLRecordStore<PriceRecord>(database: database)
        self.balances = SQLBalanceStore(database: database)
        let ledger = SQLLedgerStore(database: database)
        self.ledger = ledger
        self.batches = ledger
        self.usage = SQLUsageStore(database: database)
        self.audit = SQLAuditStore(database: database)
        self.changes = SQLChangeFeed(database: database)
    }

    /// Brings the schema up to this version; returns the numbers of the migrations that were made. To be called at each start, and again
    /// when it threw an error that can be retried.
    ///
    /// Throws `newerSchema`, `corrupt`, `timeout` after ``StoreSettings/migrationTimeout``, or what the database says.
    @discardableResult
    public func migrate() async throws(StoreError) -> [Int] {
        try await self.migrate(with: Migrator(timeout: self.settings.migrationTimeout))
    }

    func migrate(with migrator: Migrator) async throws(StoreError) -> [Int] {
        try await self.database.administer { connection throws(StoreError) in try migrator.run(connection) }
    }

    /// Asks the database for one row, to learn whether it answers.
    public func ping() async throws(StoreError) {
        _ = try await self.database.read { connection throws(StoreError) in try connection.query("SELECT 1", []).changed
        }
    }

    /// How the stores are, without asking the database.
    public var health: Health {
        Health(
            failure: self.database.failure, waitingCalls: self.database.waiting,
            failures: self.database.failures,
            hasNotices: self.database.watch.hasNotices)
    }

    /// Refuses further calls, lets those that run end, and closes all connections. To be called once.
    public func close() async {
        await self.database.close()
    }

    private static func sqlite(_ file: SQLiteFile, _ settings: StoreSettings) throws(StoreError) -> SQLDatabase {
        try file.prepare()
        let writers = SQLLane(
            .init(name: "sqlite-write", threads: 1, queue: settings.waitingCalls, patience: settings.callTimeout)
        ) { _ throws(StoreError) in
            try SQLiteConnection(file, isWriter: true, settings: settings)
        }
        let readers = SQLLane(
            .init(
                name: "sqlite-read", threads: max(1, settings.connections - 1), queue: settings.waitingCalls,
                patience: settings.callTimeout)
        ) { _ throws(StoreError) in
            try SQLiteConnection(file, isWriter: false, settings: settings)
        }
        let watch = ChangeWatch(source: nil, interval: settings.pollInterval)
        return SQLDatabase(dialect: .sqlite, readers: readers, writers: writers, watch: watch)
    }

    private static func postgresql(_ location: Secret, _ settings: StoreSettings) throws(StoreError) -> SQLDatabase {
        let library = try PostgreSQLLibrary()
        let lane = SQLLane(
            .init(
                name: "postgres", threads: settings.connections, queue: settings.waitingCalls,
                patience: settings.callTimeout)
        ) { deadline throws(StoreError) in
            try PostgreSQLConnection(location, library: library, settings: settings, deadline: deadline)
        }
        let source = PostgreSQLChangeSource(location: location, library: library, settings: settings)
        let watch = ChangeWatch(source: source, interval: settings.pollInterval)
        return SQLDatabase(dialect: .postgresql, readers: lane, writers: lane, watch: watch)
    }
}
