public import SluiceCore
import Synchronization

/// One provider's credential that comes from elsewhere: the current value, who waits for it, and when to ask again.
///
/// It has no clock and no IO. A driver calls ``poll(now:)`` at least once a second and whenever ``setWake(_:)`` tells
/// it to, runs the flow that it is handed, and reports by ``finish(_:now:jitter:)``. So every wait ends: with the
/// value, with the reason why there is none, or at the first poll after ``waitLimitSeconds``.
public final class CredentialStore: Sendable {
    /// How long a request waits for the first value.
    public static let waitLimitSeconds: Int64 = 10
    /// How many requests wait at once; one more is refused.
    public static let waiterLimit = 1024

    /// The provider's name, for messages.
    public let name: String
    /// Where the value comes from.
    public let source: CredentialSource
    private let state: Mutex<CredentialState>

    /// Makes a store; nothing is asked for before ``poll(now:)``.
    public init(name: String, source: CredentialSource) {
        self.name = name
        self.source = source
        self.state = Mutex(CredentialState(source: source))
    }

    /// The value, if there is one that has not expired as far as the last poll knew.
    public var value: Credential? {
        self.state.withLock { $0.current?.value }
    }

    /// Waits for a value. Throws ``GatewayError/Kind/upstreamCredentials`` when there is none and the last attempt
    /// failed, when too many wait, or when none came in time.
    public func prepare() async throws(GatewayError) {
        let answer: CredentialState.Entrance = self.state.withLock { $0.enter() }
        switch answer {
        case .ready: return
        case .refused: throw self.error()
        case .wait(let number):
            let failure: CredentialError? = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    switch self.state.withLock({ $0.park(number, continuation) }) {
                    case .parked(let wake): wake?()
                    case .settled(let failure): continuation.resume(returning: failure)
                    }
                }
            } onCancel: {
                let continuation = self.state.withLock { $0.leave(number) }
                continuation?.resume(returning: CredentialState.givenUp)
            }
            if failure != nil { throw self.error() }
        }
    }

    /// Why the last attempt failed, for the log; `nil` when it did not.
    public var lastFailure: CredentialError? {
        self.state.withLock { $0.lastFailure }
    }

    /// What the driver is to do now: a flow to run, or nothing.
    ///
    /// Drops a value that has expired, and ends waits that took too long.
    public func poll(now: Int64) -> (any CredentialFlow)? {
        let (flow, overdue) = self.state.withLock { $0.poll(now: now) }
        for waiter in overdue {
            waiter.resume(returning: CredentialError("none came within \(Self.waitLimitSeconds) seconds"))
        }
        return flow
    }

    /// Reports how a flow ended. A value stays in force while it is good, whatever the next attempt brings.
    ///
    /// - Parameter jitter: a random number from 0 to 1, so that replicas do not all ask at once.
    public func finish(_ result: Result<ExpiringCredential, CredentialError>, now: Int64, jitter: Double) {
        let waiters = self.state.withLock { $0.finish(result, now: now, jitter: jitter) }
        let failure: CredentialError? = if case .failure(let error) = result { error } else { nil }
        for waiter in waiters { waiter.resume(returning: failure) }
    }

    /// Sets what is called when someone begins to wait.
    public func setWake(_ wake: (@Sendable () -> Void)?) {
        self.state.withLock { $0.wake = wake }
    }

    /// Ends all waits; for the end of the process.
    public func close() {
        let waiters = self.state.withLock { $0.removeWaiters() }
        for waiter in waiters { waiter.resume(returning: CredentialError("the gateway stops")) }
    }

    /// Why a request cannot be signed or authorised.
    func error() -> GatewayError {
        // The reason names profiles, roles and hosts, which are for the log and not for clients.
        GatewayError(
            .upstreamCredentials, "No credentials for the provider \(self.name); the gateway's log says why.")
    }
}

extension CredentialStore {
    /// Whether a text holds the current secret.
    func isIn(_ text: String) -> Bool {
        switch self.value {
        case .aws(let keys):
            Self.holds(text, keys.secretAccessKey) || keys.sessionToken.map { Self.holds(text, $0) } ?? false
        case .bearer(let token): Self.holds(text, token)
        case nil: false
        }
    }

    private static func holds(_ text: String, _ secret: Secret) -> Bool {
        secret.count >= 8 && text.contains(secret.expose())
    }
}
