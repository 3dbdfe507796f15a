import SluiceConfig
import SluiceCore
import SluiceStores

/// What a gateway keeps beyond its own life.
struct Storage: Sendable {
    /// The stores; `nil` with `storage.database: off`.
    let stores: SQLStores?
    /// How the database is.
    let health: StoreHealth
    /// Which kind of database it is, for logs: `sqlite:PATH` or `postgresql`.
    let name: String
    /// Whether other processes may use the same database.
    let isShared: Bool

    /// Prepares the stores of a configuration; nothing is asked of the database yet.
    ///
    /// Throws ``StartFailure`` when the location cannot be used: waiting would not help.
    init(_ configuration: StorageConfiguration, health: StoreHealth) throws {
        self.health = health
        guard let text = configuration.database else {
            self.stores = nil
            self.name = "none"
            self.isShared = false
            return
        }
        do {
            let location = try StoreLocation(text.expose())
            self.name = "\(location)"
            self.isShared = if case .postgresql = location { true } else { false }
            self.stores = try SQLStores(location)
        } catch {
            throw StartFailure("cannot use storage.database: \(error.message)")
        }
    }
}
