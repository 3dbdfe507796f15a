import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceRouting
import SluiceWire
import Synchronization

/// Makes keys whose hash tells their secret.
struct TestMint: KeyMinting {
    private static let count = Mutex(0)

    func mint(id: KeyID?) async throws(GatewayError) -> MintedKey {
        let number = Self.count.withLock { count in
            count += 1
            return count
        }
        let id = id ?? KeyID("k\(number)")
        return MintedKey(id: id, key: Secret("sk-sl-\(id)-secret\(number)"), hash: Secret("$hash$secret\(number)"))
    }
}

/// Hashes passwords by turning them around.
struct TestPasswords: PasswordHashing {
    func hash(password: Secret) async throws(GatewayError) -> Secret {
        Secret("$hash$" + String(password.expose().reversed()))
    }

    func matches(password: Secret, hash: Secret?) async throws(GatewayError) -> Bool {
        Secret("$hash$" + String(password.expose().reversed())) == hash
    }
}

/// Knows `known-NAME` at once and `slow-NAME` when asked to verify, where NAME is a scope.
final class TestAuthenticator: Authenticator {
    let verified = Mutex<[String]>([])

    func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal? {
        credential.hasPrefix("known-") ? Self.principal(credential.dropFirst(6)) : nil
    }

    func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification {
        self.verified.withLock { $0.append(credential) }
        switch credential {
        case "elsewhere": return .wrongNetwork
        case "away": return .unavailable("the database is away")
        case "busy": return .throttled(retryAfterSeconds: 7)
        default: break
        }
        guard credential.hasPrefix("slow-"), let principal = Self.principal(credential.dropFirst(5)) else {
            return .refused
        }
        return .accepted(principal)
    }

    static func principal(_ name: Substring) -> Principal? {
        switch name {
        case "deployment":
            Principal(proof: .storedKey, keyID: "kd", keyName: "kd", tenant: "default", admin: .deployment)
        case "alpha", "beta":
            Principal(
                proof: .storedKey, keyID: "k-\(name)", keyName: "k", tenant: String(name), admin: .tenant)
        case "nobody": Principal(proof: .storedKey, keyID: "kn", keyName: "kn", tenant: "alpha")
        case "homeless": Principal(proof: .staticKey, keyID: "kh", keyName: "kh", admin: .tenant)
        case "person":
            Principal(proof: .token, keyID: "sub", keyName: "sub", tenant: "alpha", user: "usr_1", admin: .tenant)
        default: nil
        }
    }
}

/// Keeps what is recorded.
final class MemoryRecorder: ExchangeRecorder {
    private let kept = Mutex<[ExchangeRecord]>([])
    private let begun = Mutex<Int>(0)

    var records: [ExchangeRecord] { self.kept.withLock { $0 } }
    var started: Int { self.begun.withLock { $0 } }

    func started(_ surface: Surface, method: String, loop: Int) { self.begun.withLock { $0 += 1 } }
    func authenticated(allowed: Bool, loop: Int) {}
    func settled(_ record: borrowing ExchangeRecord, loop: Int) {
        let record = copy record
        self.kept.withLock { $0.append(record) }
    }
    func scrape() -> [UInt8] { Array("metrics_of_the_test 1\n".utf8) }
}

/// Seals nothing.
struct TestSeal: CarrierSeal {
    func tag(over bytes: Span<UInt8>) -> [UInt8] { [UInt8](repeating: 0, count: 16) }
}

extension Snapshot {
    /// A snapshot with a model that nobody serves.
    static func test(_ authenticator: any Authenticator) -> Snapshot {
        Snapshot(
            models: ModelTable(entries: [], providers: []),
            providers: [],
            authenticator: authenticator,
            isAuthenticationRequired: true,
            bodyLimitBytes: 4096,
            crossOrigin: nil,
            isCompressionEnabled: false,
            servesMetrics: true,
            isTrustedProxy: { _ in false },
            seal: TestSeal()
        )
    }
}
