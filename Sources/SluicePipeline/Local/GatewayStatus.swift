import NIOCore
import Synchronization

/// Whether the process takes requests, and since when.
public final class GatewayStatus: Sendable {
    private enum Phase: Int {
        case starting, ready, draining
    }

    /// The version of the gateway.
    public let version: String
    private let startedAt = NIODeadline.now()
    private let phase = Atomic<Int>(Phase.starting.rawValue)

    /// Makes the status of a process that starts.
    public init(version: String) {
        self.version = version
    }

    /// The gateway takes requests.
    public func becomeReady() {
        self.phase.store(Phase.ready.rawValue, ordering: .relaxed)
    }

    /// The gateway is going to end.
    public func beginDraining() {
        self.phase.store(Phase.draining.rawValue, ordering: .relaxed)
    }

    var notReadyReason: String? {
        switch Phase(rawValue: self.phase.load(ordering: .relaxed)) {
        case .starting: "starting"
        case .draining: "draining"
        case .ready, nil: nil
        }
    }

    var uptimeSeconds: Int {
        Int((.now() - self.startedAt).nanoseconds / 1_000_000_000)
    }
}
