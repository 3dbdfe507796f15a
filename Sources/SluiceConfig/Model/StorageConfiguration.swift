public import SluiceCore

/// Where keys, budgets and the ledger are kept, and what replicas share: `storage` in the file.
public struct StorageConfiguration: Sendable, Equatable {
    /// What limits do while Redis cannot be reached: `when_redis_fails`.
    public enum WhenRedisFails: String, Sendable, CaseIterable {
        /// Nothing is limited.
        case allow
        /// What is limited is refused.
        case deny
        /// Each replica applies the limits divided by ``StorageConfiguration/replicas``.
        case local
    }

    /// The database: `database`, `sqlite:PATH` or `postgres://...`, which may hold a password. `nil` for `off`: keys are those of the
    /// file alone, and nothing outlives the process.
    public var database: Secret?
    /// Redis: `redis`, `redis://...` or `rediss://...`. `nil`: each process counts for itself.
    public var redis: Secret?
    /// What limits do while Redis cannot be reached: `when_redis_fails`, default `allow`.
    public var whenRedisFails: WhenRedisFails
    /// How many replicas there are, for ``WhenRedisFails/local``: `replicas`, default 1.
    public var replicas: Int
    /// The share of a rate that a replica may hold in advance: `redis_share`. `nil` for `off`, the default: each decision asks Redis.
    public var redisShare: Percentage?
    /// How long what a request holds in Redis outlives its replica: `redis_lease`, default a minute. Running requests begin it anew.
    public var redisLease: Duration
    /// The name of the deployment in Redis: `deployment`, default `sluice`.
    public var deployment: String
    /// How long keys that were verified keep working while the database is away: `known_keys`, default an hour.
    public var knownKeys: Duration

    /// Makes a storage configuration; what is left out has its default.
    public init(
        database: Secret? = Secret("sqlite:./data/sluice.db"),
        redis: Secret? = nil,
        whenRedisFails: WhenRedisFails = .allow,
        replicas: Int = 1,
        redisShare: Percentage? = nil,
        redisLease: Duration = .seconds(60),
        deployment: String = "sluice",
        knownKeys: Duration = .seconds(3600)
    ) {
        self.database = database
        self.redis = redis
        self.whenRedisFails = whenRedisFails
        self.replicas = replicas
        self.redisShare = redisShare
        self.redisLease = redisLease
        self.deployment = deployment
        self.knownKeys = knownKeys
    }
}
