import SluiceCore
import Synchronization
import Testing

@testable import SluiceAdmin

@Suite
struct AdminAuthenticationTests {
    static let bootstrap = "bootstrap-key-of-the-test-0123456789"
    let now = UnixTime(milliseconds: 1_790_000_000_000)
    let authenticator = TestAuthenticator()

    func access(
        _ credential: String?,
        _ authentication: AdminAuthentication = AdminAuthentication(bootstrapKey: Secret(bootstrap)),
        from source: String? = "192.0.2.7",
        at now: UnixTime? = nil
    ) async throws(AdminError) -> AdminAccess {
        let now = now ?? self.now
        let proof = try await authentication.prove(credential?[...], from: source, at: now, by: self.authenticator)
        return try AdminAuthentication.access(proof, source: source, requestID: "r", at: now)
    }

    @Test("a scope gives access to the deployment or to one tenant")
    func scopes() async throws {
        #expect(try await self.access("known-deployment").scope == .all)
        #expect(try await self.access("slow-alpha").scope == .tenant(TenantID("alpha")))
        #expect(try await self.access("known-beta").actor == "k-beta")
        let person = try await self.access("known-person")
        #expect(person.actorKind == .user)
        #expect(person.actor == "usr_1")
    }

    @Test("the key of the environment may do everything, and costs no verification")
    func bootstrapKey() async throws {
        let access = try await self.access(Self.bootstrap)
        #expect(access.scope == .all)
        #expect(access.actor == "SLUICE_ADMIN_KEY")
        #expect(self.authenticator.verified.withLock { $0.isEmpty })
        await #expect(throws: AdminError.self) {
            try await self.access(Self.bootstrap, AdminAuthentication(bootstrapKey: nil))
        }
    }

    @Test(
        "a key without an admin scope, an unknown one and none are told apart by status alone",
        arguments: [
            ("known-nobody", 403, "no_admin_scope"), ("known-homeless", 403, "no_admin_scope"),
            ("unknown", 401, "invalid_api_key"), ("", 401, "invalid_api_key"), (nil, 401, "invalid_api_key"),
            ("elsewhere", 403, "wrong_network"), ("away", 503, "unavailable"), ("busy", 429, "too_many_attempts"),
        ] as [(String?, Int, String)])
    func refusals(_ credential: String?, _ status: Int, _ code: String) async {
        do throws(AdminError) {
            _ = try await self.access(credential)
            Issue.record("\(credential ?? "nothing") got access")
        } catch {
            #expect(error.status == status)
            #expect(error.code.rawValue == code)
        }
    }

    @Test("after ten wrong keys in a minute none is looked at from there, not even the right one; elsewhere it is")
    func throttling() async throws {
        let authentication = AdminAuthentication(bootstrapKey: Secret(Self.bootstrap))
        for _ in 0..<10 {
            await #expect(throws: AdminError.self) { try await self.access("guess", authentication) }
        }
        #expect(self.authenticator.verified.withLock { $0.count } == 10)
        for credential in ["guess", Self.bootstrap] {
            do throws(AdminError) {
                _ = try await self.access(credential, authentication)
                Issue.record("\(credential) was looked at")
            } catch {
                #expect(error.status == 429)
                #expect(error.retryAfterSeconds == 60)
            }
        }
        #expect(self.authenticator.verified.withLock { $0.count } == 10)
        // Who is known already is not kept out by others at the same address.
        #expect(try await self.access("known-alpha", authentication).scope == .tenant(TenantID("alpha")))
        #expect(try await self.access(Self.bootstrap, authentication, from: "192.0.2.8").scope == .all)
        let later = self.now.advanced(by: .seconds(60))
        #expect(try await self.access(Self.bootstrap, authentication, at: later).scope == .all)
    }

    @Test("many addresses do not fill the memory")
    func bounded() {
        let attempts = FailedAttempts()
        for number in 0..<20_000 { attempts.failed(from: "10.0.\(number / 256).\(number % 256)", at: self.now) }
        for _ in 0..<10 { attempts.failed(from: "here", at: self.now) }
        #expect(attempts.wait(of: "here", at: self.now) == 60)
        #expect(attempts.wait(of: nil, at: self.now) == nil)
        #expect(attempts.count <= 4096)
    }
}
