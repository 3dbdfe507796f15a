import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceStores
import Testing

@testable import SluiceServer

@Suite("Accounts", .timeLimit(.minutes(2)))
struct AccountsTests {
    private static let caller = AccountCaller(source: "192.0.2.7", requestID: "req-1", at: TestStores.start)

    private static func accounts(
        _ stores: SQLStores,
        policy: RegistrationPolicy = .open,
        attempts: AccountAttempts = AccountAttempts(burst: 1000)
    ) -> Accounts {
        Accounts(
            policy: policy, users: stores.users, keys: stores.keys, passwords: PlainPasswords(), minting: PlainMint(),
            attempt: { attempts.attempt(from: $0, at: $1) }, logger: TestStores.logger)
    }

    private static func login(_ email: String = "Ada@Example.com", _ password: String = "secret") -> AccountLogin {
        AccountLogin(email: email, password: Secret(password))
    }

    private static func kind(_ body: () async throws(GatewayError) -> Void) async -> GatewayError.Kind? {
        do throws(GatewayError) {
            try await body()
            return nil
        } catch {
            return error.kind
        }
    }

    @Test("an account is stored with the hash of its password, and who made it is in the audit table")
    func register() async throws {
        try await TestStores.with { stores async throws in
            let id = try await Self.accounts(stores).register(Self.login(), for: Self.caller)
            let user = try #require(try await stores.users.user(email: "ada@example.com", in: .all))
            #expect(user.id == id)
            #expect(user.tenantID == TenantRecord.defaultID)
            #expect(user.passwordHash == Secret("plain:secret"))
            #expect(!user.isAdmin)
            let audit = try await stores.audit.entries(in: .all, subject: id.text, page: PageRequest()).records
            #expect(audit.map(\.action) == ["user.register"])
            #expect(audit.first?.act.source == "192.0.2.7")
            #expect(audit.first?.act.requestID == "req-1")
        }
    }

    @Test("an address has one account, in whatever case")
    func taken() async throws {
        try await TestStores.with { stores async throws in
            let accounts = Self.accounts(stores)
            _ = try await accounts.register(Self.login("a@b.com"), for: Self.caller)
            let kind = await Self.kind { () async throws(GatewayError) in
                _ = try await accounts.register(Self.login(" A@B.com"), for: Self.caller)
            }
            #expect(kind == .alreadyExists)
        }
    }

    @Test(
        "what is no address is refused",
        arguments: ["a", "@b", "a@", "a b@c", "a@b@c", "a\u{0}@b", String(repeating: "x", count: 250) + "@b.com"])
    func noAddress(email: String) async throws {
        try await TestStores.with { stores async throws in
            let kind = await Self.kind { () async throws(GatewayError) in
                _ = try await Self.accounts(stores).register(Self.login(email), for: Self.caller)
            }
            #expect(kind == .invalidParameter)
        }
    }

    @Test("domains decide who may come, and into which tenant")
    func domains() async throws {
        try await TestStores.with { stores async throws in
            let act = AdministrativeAct(actorKind: .command, actor: "test", at: TestStores.start)
            let tenant = TenantRecord(id: TenantID("acme"), name: "Acme", createdAt: TestStores.start)
            _ = try await stores.tenants.insert(tenant, in: .all, as: act)
            let accounts = Self.accounts(
                stores,
                policy: .domains([.init(name: "acme.com", tenant: "acme"), .init(name: "x.com", tenant: "nobody")]))
            _ = try await accounts.register(Self.login("a@acme.com"), for: Self.caller)
            #expect(try await stores.users.user(email: "a@acme.com", in: .all)?.tenantID == TenantID("acme"))
            let other = await Self.kind { () async throws(GatewayError) in
                _ = try await accounts.register(Self.login("a@other.com"), for: Self.caller)
            }
            #expect(other == .notAllowed)
            let wrongTenant = await Self.kind { () async throws(GatewayError) in
                _ = try await accounts.register(Self.login("a@x.com"), for: Self.caller)
            }
            #expect(wrongTenant == .internal)
        }
    }

    @Test("who knows the password gets a key of the account")
    func key() async throws {
        try await TestStores.with { stores async throws in
            let accounts = Self.accounts(stores)
            let id = try await accounts.register(Self.login(), for: Self.caller)
            let minted = try await accounts.makeKey("ci", for: Self.login(), Self.caller)
            let record = try #require(try await stores.keys.record(minted.id, in: .all))
            #expect(record.user == id)
            #expect(record.name == "ci")
            #expect(record.admin == .none)
            #expect(record.secretHash == minted.hash)
            let unnamed = try await accounts.makeKey(nil, for: Self.login(), Self.caller)
            #expect(try await stores.keys.record(unnamed.id, in: .all)?.name == "default")
        }
    }

    @Test("an unknown address, a wrong password and an account that is off get the same answer")
    func wrong() async throws {
        try await TestStores.with { stores async throws in
            let accounts = Self.accounts(stores)
            _ = try await accounts.register(Self.login("on@b.com"), for: Self.caller)
            _ = try await accounts.register(Self.login("off@b.com"), for: Self.caller)
            var user = try #require(try await stores.users.user(email: "off@b.com", in: .all))
            user.isDisabled = true
            let act = AdministrativeAct(actorKind: .command, actor: "test", at: TestStores.start)
            _ = try await stores.users.update(user, in: .all, as: act)
            var messages: Set<String> = []
            for login in [Self.login("on@b.com", "wrong"), Self.login("nobody@b.com"), Self.login("off@b.com")] {
                do throws(GatewayError) {
                    _ = try await accounts.makeKey(nil, for: login, Self.caller)
                    Issue.record("a key was made for \(login.email)")
                } catch {
                    #expect(error.kind == .wrongLogin)
                    messages.insert(error.message)
                }
            }
            #expect(messages.count == 1)
        }
    }

    @Test("an account has so many keys in use and no more; those that were revoked do not count")
    func keyLimit() async throws {
        try await TestStores.with { stores async throws in
            let accounts = Self.accounts(stores)
            _ = try await accounts.register(Self.login(), for: Self.caller)
            var first: MintedKey?
            for _ in 0..<50 {
                let minted = try await accounts.makeKey("k", for: Self.login(), Self.caller)
                first = first ?? minted
            }
            let full = await Self.kind { () async throws(GatewayError) in
                _ = try await accounts.makeKey("k", for: Self.login(), Self.caller)
            }
            #expect(full == .notAllowed)
            let id = try #require(first).id
            var record = try #require(try await stores.keys.record(id, in: .all))
            record.revoke(at: TestStores.start)
            let act = AdministrativeAct(actorKind: .command, actor: "test", at: TestStores.start)
            _ = try await stores.keys.update(record, in: .all, as: act)
            _ = try await accounts.makeKey("k", for: Self.login(), Self.caller)
        }
    }

    @Test("one address has so many attempts, good or bad, and others are not held up by it")
    func attempts() async throws {
        try await TestStores.with { stores async throws in
            let attempts = AccountAttempts(burst: 3, interval: .seconds(10))
            let accounts = Self.accounts(stores, attempts: attempts)
            for index in 0..<3 {
                _ = try await accounts.register(Self.login("u\(index)@b.com"), for: Self.caller)
            }
            do throws(GatewayError) {
                _ = try await accounts.register(Self.login("u3@b.com"), for: Self.caller)
                Issue.record("a fourth attempt was taken")
            } catch {
                #expect(error.status == 429)
                #expect(error.retryAfterSeconds == 10)
            }
            var other = Self.caller
            other.source = "192.0.2.8"
            _ = try await accounts.register(Self.login("u4@b.com"), for: other)
            var later = Self.caller
            later.at = TestStores.start.advanced(by: .seconds(10))
            _ = try await accounts.register(Self.login("u5@b.com"), for: later)
        }
    }

    @Test("a database that is away is not the caller's fault")
    func away() async throws {
        let stores = try await TestStores.with { $0 }
        let kind = await Self.kind { () async throws(GatewayError) in
            _ = try await Self.accounts(stores).register(Self.login(), for: Self.caller)
        }
        #expect(kind == .databaseUnavailable)
    }
}
