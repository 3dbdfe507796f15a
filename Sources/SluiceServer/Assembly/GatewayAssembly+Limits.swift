import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluicePolicies
import SluiceProviders
import SluiceStores
import SluiceTelemetry

extension GatewayAssembly {
    /// How long a request waits for a decision of Redis.
    private static let redisPatience = Duration.milliseconds(500)
    /// The longest wait of a connection of limits before it is tried again; who finds out that Redis is back asks seldomer.
    private static let redisWait = Duration.milliseconds(200)

    /// Puts together what decides over limits and budgets: in this process or in Redis, with balances that the database keeps
    /// where there is one, and alerts that go to a webhook where one is named.
    ///
    /// Throws ``StartFailure`` when the location of Redis or of the webhook cannot be used.
    static func openLimits(_ parts: inout GatewayParts) throws -> LimitService {
        let logger = parts.logger
        let stored = parts.storage.stores.map { StoredRules($0.rules, logger: logger) }
        if let stored { parts.listeners.append(stored) }
        let alerts = try Self.openAlerts(&parts)
        let onAlert: @Sendable (BudgetAlert) -> Void = { alerts?.raise($0) }
        let backend: any LimitBackend
        let sweep: @Sendable (Moment) -> Void
        if let location = parts.configuration.storage.redis {
            let keeper = Self.keepBudgets(&parts, hasOthers: false, onAlert: onAlert) { _, _ in }
            let shared = try Self.shareLimits(location, keeper: keeper, onAlert: onAlert, &parts)
            (backend, sweep) = (shared, { shared.sweep(now: $0) })
        } else {
            let limiter = LocalLimits.makeLimiter()
            // Of several processes that count for themselves, each learns what the others have spent.
            let keeper = Self.keepBudgets(&parts, hasOthers: parts.storage.isShared, onAlert: onAlert) {
                _ = limiter.restore($0, now: $1)
            }
            // What is saved tells of alerts: it knows what other processes and earlier starts have spent.
            let local = LocalLimits(limiter) { alerts in
                if keeper == nil { alerts.forEach(onAlert) }
            }
            backend = keeper.map { KeptLimits(base: local, keeper: $0) } ?? local
            sweep = { local.sweep(now: $0) }
        }
        let service = LimitService(
            backend: backend, stored: stored, loops: parts.loops.count, logger: logger, sweep: sweep)
        parts.work.run(service)
        return service
    }

    private static func keepBudgets(
        _ parts: inout GatewayParts,
        hasOthers: Bool,
        onAlert: @escaping @Sendable (BudgetAlert) -> Void,
        onLearned: @escaping @Sendable ([BudgetState], Moment) -> Void
    ) -> BudgetKeeper? {
        guard let stores = parts.storage.stores else { return nil }
        let keeper = BudgetKeeper(
            store: stores.balances, hasOthers: hasOthers, onLearned: onLearned, onAlert: onAlert,
            metrics: parts.metrics.sharedLimits, logger: parts.logger)
        parts.work.run(keeper)
        parts.work.close { await keeper.save() }
        return keeper
    }

    private static func shareLimits(
        _ location: Secret,
        keeper: BudgetKeeper?,
        onAlert: @escaping @Sendable (BudgetAlert) -> Void,
        _ parts: inout GatewayParts
    ) throws -> SharedLimits {
        let storage = parts.configuration.storage
        let metrics = parts.metrics.sharedLimits
        let client = try Self.redis(location, parts)
        parts.work.close { await client.close() }
        let mode: LimitFallback.Mode =
            switch storage.whenRedisFails {
            case .allow: .allow
            case .deny: .deny
            case .local: .local
            }
        let lease = LimitWindow(storage.redisLease) ?? .minute
        let limits = SharedLimits(
            scripts: RedisScripts(client: client),
            counts: SharedCounts(deployment: "sluice:\(storage.deployment)", lease: lease),
            fallback: LimitFallback(mode: mode, replicas: storage.replicas, metrics: metrics),
            start: String(UInt64.random(in: .min ... .max), radix: 36),
            sharePermille: storage.redisShare.map { max(1, $0.basisPoints / 10) },
            keeper: keeper,
            metrics: metrics,
            logger: parts.logger,
            onAlert: onAlert
        )
        parts.dependencies.redis = { DependencyState(outage: limits.availability.outage) }
        let service = SharedLimitsService(limits: limits)
        parts.work.run(service)
        parts.work.close { await service.finish() }
        return limits
    }

    private static func redis(_ location: Secret, _ parts: GatewayParts) throws -> RedisClient {
        var settings = RedisSettings()
        settings.commandTimeout = Self.redisPatience
        settings.connectTimeout = Self.redisPatience * 2
        settings.longestWait = Self.redisWait
        settings.authorityFile = parts.configuration.outbound.certificateAuthorities
        do {
            return try RedisClient(
                try RedisLocation(location.expose()), settings: settings, group: parts.loops.group)
        } catch {
            throw StartFailure("cannot use storage.redis: \(error.message)")
        }
    }

    private static func openAlerts(_ parts: inout GatewayParts) throws -> AlertService? {
        let configuration = parts.configuration
        guard let text = configuration.limits.alertWebhook else { return nil }
        guard let url = CredentialURL(text.expose()) else {
            throw StartFailure("cannot use limits.alert_webhook: it is no URL like https://hooks.example.com/budgets")
        }
        var origin = UpstreamOrigin(url, for: ProviderConfiguration(name: "alerts"), configuration.outbound)
        origin.name = "alerts"
        let alerts = AlertService(
            webhook: AlertWebhook(origin: origin, target: url.target, secret: configuration.limits.alertSecret),
            posting: UpstreamAlertPosting(loops: parts.loops),
            metrics: parts.metrics.sharedLimits,
            logger: parts.logger
        )
        parts.work.run(alerts)
        parts.work.close { await alerts.finish() }
        return alerts
    }
}
