import SluiceCore
import SluiceStores

extension GatewayAssembly {
    /// Opens the database, and adds what keeps it in order. Returns when it is open, or found to be away for now.
    ///
    /// Throws ``StartFailure`` when the database cannot be used and waiting would not help.
    static func openStorage(_ parts: inout GatewayParts) async throws {
        guard let stores = parts.storage.stores else { return }
        parts.work.close { await stores.close() }
        let opening = StoreOpening(
            open: { () async throws(StoreError) in _ = try await stores.migrate() },
            health: parts.storage.health,
            logger: parts.logger
        )
        try await opening.begin()
        if !opening.isOpen { parts.work.run(opening) }
        parts.work.run(StoreUpkeep(balances: stores.balances, changes: stores.changes, logger: parts.logger))
    }

    /// Adds the reader of the change feed. All listeners are to be known by now.
    static func followChanges(_ parts: inout GatewayParts) {
        guard let stores = parts.storage.stores else { return }
        parts.work.run(
            ChangeFollower(feed: stores.changes, listeners: parts.listeners, health: parts.storage.health))
    }
}
