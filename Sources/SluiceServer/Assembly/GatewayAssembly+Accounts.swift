import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceStores

extension GatewayAssembly {
    /// What makes the account service of a configuration, or `nil` where it wants none. Attempts are counted over reloads.
    static func accounts(_ parts: GatewayParts) -> @Sendable (GatewayConfiguration) -> (any AccountService)? {
        guard let stores = parts.storage.stores else { return { _ in nil } }
        let attempts = AccountAttempts()
        let (identity, logger) = (parts.identity, parts.logger)
        return { configuration in
            guard configuration.auth.registration != .off else { return nil }
            return Accounts(
                policy: configuration.auth.registration,
                users: stores.users,
                keys: stores.keys,
                passwords: identity.passwords,
                minting: identity.minting,
                attempt: { attempts.attempt(from: $0, at: $1) },
                logger: logger
            )
        }
    }
}
