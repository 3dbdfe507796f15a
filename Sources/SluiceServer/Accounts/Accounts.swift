import Logging
import SluiceConfig
import SluiceCore
import SluicePipeline

/// Accounts with a password, and the keys of those who know it.
///
/// Everything costs the caller one attempt of the few that an address has, whatever becomes of it.
struct Accounts: AccountService {
    /// The most keys that an account may have in use; who needs more asks an administrator.
    private static let keyLimit = 50
    /// The longest name of a key, in characters.
    private static let nameLimit = 128
    /// The longest address. Source: RFC 5321, section 4.5.3.1.3, less the brackets (read 2026-11).
    private static let emailLimit = 254

    let policy: RegistrationPolicy
    let users: any UserStore
    let keys: any RecordStore<KeyRecord>
    let passwords: any PasswordHashing
    let minting: any KeyMinting
    /// Counts an attempt from an address; in how many seconds the next is looked at, when there were too many.
    let attempt: @Sendable (_ source: String?, _ now: UnixTime) -> Int?
    let logger: Logger

    func register(_ login: AccountLogin, for caller: AccountCaller) async throws(GatewayError) -> UserID {
        try self.count(caller)
        let email = try Self.address(login.email)
        guard let tenant = self.policy.tenant(of: email) else {
            throw GatewayError(
                .notAllowed, "Accounts of this domain are not made here. Ask an administrator.", parameter: "email")
        }
        // Hashed in any case, so that the time tells nothing of who has an account.
        let hash = try await self.passwords.hash(password: login.password)
        var generator = SystemRandomNumberGenerator()
        let user = UserRecord(
            id: .make(at: caller.at, using: &generator),
            tenantID: tenant.map { TenantID($0) } ?? TenantRecord.defaultID,
            email: email, passwordHash: hash, createdAt: caller.at)
        do throws(StoreError) {
            return try await self.users.insert(user, in: .all, as: Self.act(user.id, caller, verb: "register")).id
        } catch {
            if error.kind == .conflict {
                throw GatewayError(.alreadyExists, "There is an account with this address.", parameter: "email")
            }
            throw self.failure(error)
        }
    }

    func makeKey(_ name: String?, for login: AccountLogin, _ caller: AccountCaller) async throws(GatewayError)
        -> MintedKey
    {
        try self.count(caller)
        let name = name ?? "default"
        guard (1...Self.nameLimit).contains(name.count), !name.unicodeScalars.contains(where: \.isControl) else {
            throw GatewayError(
                .invalidParameter, "A name of a key has 1 to \(Self.nameLimit) characters.", parameter: "key_name")
        }
        let user = try await self.stored { () async throws(StoreError) in
            try await self.users.user(email: login.email, in: .all)
        }
        // Compared in any case, so that the time tells nothing of who has an account.
        let isRight = try await self.passwords.matches(password: login.password, hash: user?.passwordHash)
        guard let user, isRight, !user.isDisabled else {
            throw GatewayError(.wrongLogin, "The address or the password is wrong.")
        }
        try await self.checkCount(of: user, at: caller.at)
        let minted = try await self.minting.mint(id: nil)
        let record = KeyRecord(
            id: minted.id, tenantID: user.tenantID, team: user.team, user: user.id, name: name, secretHash: minted.hash,
            createdAt: caller.at)
        _ = try await self.stored { () async throws(StoreError) in
            try await self.keys.insert(record, in: .tenant(user.tenantID), as: Self.act(user.id, caller))
        }
        return minted
    }

    private func count(_ caller: AccountCaller) throws(GatewayError) {
        guard let seconds = self.attempt(caller.source, caller.at) else { return }
        throw GatewayError(
            .tooManyAttempts, "Too many attempts came from your address. Try again in \(seconds) s.",
            retryAfterSeconds: seconds)
    }

    private func checkCount(of user: UserRecord, at now: UnixTime) async throws(GatewayError) {
        let page = try await self.stored { () async throws(StoreError) in
            try await self.keys.records(
                in: .tenant(user.tenantID), where: .user(user.id), page: PageRequest(limit: PageRequest.largest))
        }
        let used = page.records.count { $0.standing(at: now) == .valid }
        guard used < Self.keyLimit, page.next == nil else {
            throw GatewayError(
                .notAllowed, "The account has \(used) keys in use, which is the most it may have. Ask an administrator."
            )
        }
    }

    /// Calls a store; what it fails with is told in words for the client, and in its own to the log.
    private func stored<Value>(_ body: () async throws(StoreError) -> Value) async throws(GatewayError) -> Value {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw self.failure(error)
        }
    }

    private func failure(_ error: StoreError) -> GatewayError {
        switch error.kind {
        case .unavailable, .busy, .timeout, .contention, .outcomeUnknown, .full, .misconfigured, .newerSchema:
            return GatewayError(
                .databaseUnavailable, "The database is away. Try again in a moment.", retryAfterSeconds: 1)
        case .cancelled: return GatewayError(.clientClosed, "The client left.")
        case .reference:
            self.logger.error(
                "an account or a key could not be stored: auth.registration may name a tenant that does not exist",
                metadata: ["reason": "\(error.message)"])
        case .conflict, .notFound, .invalid, .corrupt, .internal:
            self.logger.error("an account or a key could not be stored", metadata: ["reason": "\(error)"])
        }
        return GatewayError(.internal, "The gateway failed to store it.")
    }

    private static func act(_ user: UserID, _ caller: AccountCaller, verb: String? = nil) -> AdministrativeAct {
        AdministrativeAct(
            actorKind: .user, actor: user.text, at: caller.at, source: caller.source, requestID: caller.requestID,
            verb: verb)
    }

    /// An address in the form that is stored. Whether somebody reads it is not known.
    private static func address(_ text: String) throws(GatewayError) -> String {
        let email = UserRecord.normalized(email: text)
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            email.utf8.count <= Self.emailLimit && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && !email.unicodeScalars.contains { $0.isControl || $0.properties.isWhitespace }
        guard isAddress else {
            throw GatewayError(.invalidParameter, "An address like name@example.com is needed.", parameter: "email")
        }
        return email
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch self.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
