public import Logging
public import SluiceCore
public import SluiceHTTP

/// The stores that the admin API reads and changes.
public struct AdminStores: Sendable {
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
    /// The audit table.
    public let audit: any AuditStore

    /// Takes the stores of one deployment.
    public init(
        tenants: any RecordStore<TenantRecord>,
        teams: any RecordStore<TeamRecord>,
        users: any UserStore,
        keys: any RecordStore<KeyRecord>,
        rules: any RecordStore<RuleRecord>,
        prices: any RecordStore<PriceRecord>,
        audit: any AuditStore
    ) {
        self.tenants = tenants
        self.teams = teams
        self.users = users
        self.keys = keys
        self.rules = rules
        self.prices = prices
        self.audit = audit
    }
}

/// What the admin API is made of, beside the gateway itself.
public struct AdminDependencies: Sendable {
    /// Says what is wrong with the JSON text of a rule, without a period; `nil` when nothing is.
    public typealias DefinitionCheck = @Sendable (String) -> String?

    /// The stores; `nil` where the configuration keeps nothing (`storage.database: off`): records are then answered with 503.
    public var stores: AdminStores?
    /// Makes keys.
    public var minting: any KeyMinting
    /// Hashes the passwords of users.
    public var passwords: any PasswordHashing
    /// The key of the environment, `SLUICE_ADMIN_KEY`, which may do everything.
    public var bootstrapKey: Secret?
    /// Checks the definition of limits.
    public var checkLimits: DefinitionCheck
    /// Checks the definition of a budget.
    public var checkBudget: DefinitionCheck
    /// Puts the stored prices as they are now into the snapshot. Returns whether that worked; where not, it is tried again without being
    /// asked.
    public var refreshPrices: @Sendable () async -> Bool
    /// Takes down each exchange.
    public var recorder: any ExchangeRecorder
    /// The event loops, one of which explains requests.
    public var loops: LoopContexts
    /// The time of day.
    public var now: @Sendable () -> UnixTime
    /// The operator's log.
    public var logger: Logger
    /// The version of the gateway.
    public var version: String

    /// Names everything that the admin API needs.
    public init(
        stores: AdminStores?,
        minting: any KeyMinting,
        passwords: any PasswordHashing,
        bootstrapKey: Secret?,
        checkLimits: @escaping DefinitionCheck,
        checkBudget: @escaping DefinitionCheck,
        refreshPrices: @escaping @Sendable () async -> Bool,
        recorder: any ExchangeRecorder,
        loops: LoopContexts,
        now: @escaping @Sendable () -> UnixTime,
        logger: Logger,
        version: String
    ) {
        self.stores = stores
        self.minting = minting
        self.passwords = passwords
        self.bootstrapKey = bootstrapKey
        self.checkLimits = checkLimits
        self.checkBudget = checkBudget
        self.refreshPrices = refreshPrices
        self.recorder = recorder
        self.loops = loops
        self.now = now
        self.logger = logger
        self.version = version
    }
}
