import FoundationEssentials
import Logging
import SluiceCore
import SluiceStores

/// Stores in a file of their own for one test.
enum TestStores {
    static let start = UnixTime(milliseconds: 1_790_000_000_000)
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Makes them, calls `body`, and removes them whatever happens.
    static func with<Value>(_ body: (SQLStores) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.path + "/sluice-server-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stores = try SQLStores(.sqlite(path: folder + "/sluice.db"))
        do {
            try await stores.migrate()
            let value = try await body(stores)
            await stores.close()
            return value
        } catch {
            await stores.close()
            throw error
        }
    }
}

/// Makes keys whose hash is their text, so that tests need no Argon2.
struct PlainMint: KeyMinting {
    var isBusy = false

    func mint(id: KeyID?) async throws(GatewayError) -> MintedKey {
        if self.isBusy { throw GatewayError(.overloaded, "Busy.") }
        let id = id ?? KeyID(String(UUID().uuidString.lowercased().prefix(12)))
        return MintedKey(id: id, key: Secret("sk-sl-\(id)-secret"), hash: Secret("hash of \(id)"))
    }
}

/// Keeps passwords behind a prefix, and counts how often one was compared.
struct PlainPasswords: PasswordHashing {
    func hash(password: Secret) async throws(GatewayError) -> Secret {
        Secret("plain:\(password.expose())")
    }

    func matches(password: Secret, hash: Secret?) async throws(GatewayError) -> Bool {
        hash == Secret("plain:\(password.expose())")
    }
}
