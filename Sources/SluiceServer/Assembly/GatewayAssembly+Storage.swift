import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceStores

extension GatewayAssembly {
    /// Opens the database, and adds what keeps it in order. Returns when it is open, or found to be away for now.
    ///
    /// Throws ``StartFailure`` when the database cannot be used and waiting would not help.
    static func openStorage(_ parts: inout GatewayParts, _ announcement: StartAnnouncement) async throws {
        guard let stores = parts.storage.stores else { return }
        parts.work.close { await stores.close() }
        let firstKeys = Self.needsKeys(parts.configuration.auth) ? Self.firstKeys(of: stores, parts) : nil
        let opening = StoreOpening(
            open: { () async throws(StoreError) in
                _ = try await stores.migrate()
                guard let firstKeys else { return }
                let made = try await firstKeys.make(at: Clock.now)
                announcement.has(
                    made.map { .made(admin: $0.admin?.key.expose(), client: $0.client.key.expose()) } ?? .stored)
            },
            health: parts.storage.health,
            logger: parts.logger
        )
        try await opening.begin()
        if !opening.isOpen { parts.work.run(opening) }
        parts.work.run(StoreUpkeep(balances: stores.balances, changes: stores.changes, logger: parts.logger))
        if let directory = parts.identity.directory { parts.listeners.append(directory) }
        Self.addDependencies(&parts, stores, opening)
    }

    /// Reads the prices of the store and adds what keeps them current; `nil` where nothing is kept. A database that is away for now has
    /// them read later.
    static func openPrices(_ parts: inout GatewayParts) async -> StoredPrices? {
        guard let stores = parts.storage.stores else { return nil }
        let prices = StoredPrices(stores.prices, logger: parts.logger)
        await prices.load()
        parts.listeners.append(prices)
        parts.work.run(prices)
        return prices
    }

    /// Adds the reader of the change feed. All listeners are to be known by now.
    static func followChanges(_ parts: inout GatewayParts) {
        guard let stores = parts.storage.stores else { return }
        parts.work.run(
            ChangeFollower(feed: stores.changes, listeners: parts.listeners, health: parts.storage.health))
    }

    /// Whether a start without any key is to make some: who configured keys, tokens or client certificates has a way in, and where
    /// nothing is required nothing is missed.
    static func needsKeys(_ auth: AuthConfiguration) -> Bool {
        auth.isRequired && auth.keys.isEmpty && auth.issuers.isEmpty && auth.introspection.isEmpty
            && auth.certificates.isEmpty
    }

    private static func firstKeys(of stores: SQLStores, _ parts: GatewayParts) -> FirstKeys {
        FirstKeys(
            stores: stores,
            minting: parts.identity.minting,
            hasAdminKey: !(parts.environment["SLUICE_ADMIN_KEY"] ?? "").isEmpty
        )
    }

    private static func addDependencies(_ parts: inout GatewayParts, _ stores: SQLStores, _ opening: StoreOpening) {
        let readiness = StorageReadiness(
            knownKeys: parts.configuration.storage.knownKeys,
            needsDatabase: parts.configuration.server.readyNeedsDatabase
        )
        let health = parts.storage.health
        parts.dependencies.database = { DependencyState(outage: health.outage) }
        parts.dependencies.notReadyReason = {
            readiness.reason(isOpen: opening.isOpen, outage: health.outage, now: Clock.monotonic)
        }
        parts.dependencies.metrics = {
            let health = stores.health
            return StoreMetrics.text(waitingCalls: health.waitingCalls, failures: health.failures)
        }
    }
}
