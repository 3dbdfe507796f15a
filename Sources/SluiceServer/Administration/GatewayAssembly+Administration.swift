import Logging
import SluiceAdmin
import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceStores

extension GatewayAssembly {
    /// The shortest key of the environment that is taken: a shorter one could be guessed.
    private static let shortestKey = 16

    /// The handler of the admin listener.
    static func administration(
        _ parts: GatewayParts,
        gateway: GatewayHandler,
        prices: StoredPrices?,
        recorder: any ExchangeRecorder
    ) -> AdminHandler {
        if let address = parts.configuration.server.admin, !address.isLoopback {
            parts.logger.warning(
                "server.admin is not a loopback address and has no TLS: whoever is on its network can read the keys")
        }
        let dependencies = AdminDependencies(
            parts, prices: prices, bootstrapKey: Self.bootstrapKey(parts), recorder: recorder)
        return AdminHandler(
            dependencies, gateway: gateway,
            routes: Self.ledgerRoutes(parts.storage.stores, dependencies, gateway) + [
                PayloadRoutes(parts.payloads, audit: parts.storage.stores?.audit)
            ])
    }

    /// The parts of the admin API that read the ledger.
    static func ledgerRoutes(
        _ stores: SQLStores?,
        _ dependencies: AdminDependencies,
        _ gateway: GatewayHandler
    ) -> [any AdminRoutes] {
        [
            UsageRoutes(stores?.usage), ExchangeRoutes(stores?.usage), PriceRoutes(gateway: gateway),
            RepricingRoutes(
                stores?.ledger, audit: stores?.audit, gateway: gateway, refresh: dependencies.refreshPrices,
                now: { Clock.monotonic }),
        ]
    }

    private static func bootstrapKey(_ parts: GatewayParts) -> Secret? {
        guard let text = parts.environment["SLUICE_ADMIN_KEY"], !text.isEmpty else { return nil }
        guard text.utf8.count >= Self.shortestKey else {
            parts.logger.error("SLUICE_ADMIN_KEY is not taken: it has less than \(Self.shortestKey) characters")
            return nil
        }
        return Secret(text)
    }
}

extension AdminDependencies {
    /// What a gateway's parts give to its admin API.
    init(
        _ parts: GatewayParts,
        prices: StoredPrices?,
        bootstrapKey: Secret?,
        recorder: any ExchangeRecorder
    ) {
        self.init(
            stores: parts.storage.stores.map { stores in
                AdminStores(
                    tenants: stores.tenants, teams: stores.teams, users: stores.users, keys: stores.keys,
                    rules: stores.rules, prices: stores.prices, audit: stores.audit)
            },
            minting: parts.identity.minting,
            passwords: parts.identity.passwords,
            bootstrapKey: bootstrapKey,
            checkLimits: { KnownRules.problem(withDefinition: $0, of: .limit) },
            checkBudget: { KnownRules.problem(withDefinition: $0, of: .budget) },
            refreshPrices: { await prices?.load() ?? true },
            recorder: recorder,
            loops: parts.loops,
            now: { Clock.now },
            logger: parts.logger,
            version: Version.current
        )
    }
}
