import SluiceCore
import SluiceStores

/// Makes the keys of a deployment that never had one: a client key, and a key for the admin API unless the environment has one.
struct FirstKeys: Sendable {
    /// What was made, to be shown once.
    struct Made: Sendable {
        var admin: MintedKey?
        var client: MintedKey
    }

    let stores: SQLStores
    let minting: any KeyMinting
    /// Whether there is a key for the admin API already.
    let hasAdminKey: Bool

    /// Makes them; `nil` when there are or were keys, those that another replica makes at the same time included.
    func make(at now: UnixTime) async throws(StoreError) -> Made? {
        guard try await !self.stores.hasHadKeys() else { return nil }
        let client = try await self.mint()
        let admin = self.hasAdminKey ? nil : try await self.mint()
        var records = [Self.record(client, name: "first", at: now)]
        if let admin {
            var record = Self.record(admin, name: "first-admin", at: now)
            record.admin = .deployment
            records.append(record)
        }
        let act = AdministrativeAct(actorKind: .gateway, actor: "first start", at: now)
        do throws(StoreError) {
            try await self.stores.insertFirst(records, as: act)
        } catch {
            guard error.kind == .conflict else { throw error }
            return nil
        }
        return Made(admin: admin, client: client)
    }

    private func mint() async throws(StoreError) -> MintedKey {
        do throws(GatewayError) {
            return try await self.minting.mint(id: nil)
        } catch {
            throw StoreError(.busy, "no key could be made: \(error.message)")
        }
    }

    private static func record(_ key: MintedKey, name: String, at now: UnixTime) -> KeyRecord {
        KeyRecord(id: key.id, tenantID: TenantRecord.defaultID, name: name, secretHash: key.hash, createdAt: now)
    }
}
