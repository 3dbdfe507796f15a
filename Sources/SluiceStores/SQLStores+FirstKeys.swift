public import SluiceCore

extension SQLStores {
    /// Whether the deployment has or had a key; one that was removed counts.
    public func hasHadKeys() async throws(StoreError) -> Bool {
        try await self.database.read { connection throws(StoreError) in try Self.hasKey(connection) }
    }

    /// Stores the first keys of a deployment, all or none. Throws `conflict` when there is or was a key already, so that of several processes
    /// that start at once one makes them.
    public func insertFirst(_ keys: [KeyRecord], as act: AdministrativeAct) async throws(StoreError) {
        try await self.database.write { connection throws(StoreError) in
            for (index, key) in keys.enumerated() {
                // Taking a number holds all other changes back until the end of the transaction.
                let number = try ChangeLog.number(connection)
                // It throws, so that the number is given back: one without a change would be a gap in the feed.
                if index == 0, try Self.hasKey(connection) {
                    throw StoreError(.conflict, "the deployment has or had keys already")
                }
                _ = try SQLRecordStore<KeyRecord>.insert(key, number, act, connection)
            }
        }
        self.database.watch.poke()
    }

    private static func hasKey(_ connection: any SQLConnection) throws(StoreError) -> Bool {
        try connection.first("SELECT 1 FROM client_keys LIMIT 1", []) != nil
    }
}
