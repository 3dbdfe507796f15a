/// How something is that the gateway depends on.
public enum DependencyState: Sendable, Equatable {
    /// None is configured.
    case none
    /// It answers.
    case up
    /// It does not; a stable word says why, without names of hosts or users, since everybody may see it.
    case down(reason: String)

    /// As `/health` says it.
    var text: String {
        switch self {
        case .none: "none"
        case .up: "ok"
        case .down(let reason): "down: \(reason)"
        }
    }

    var isDown: Bool {
        if case .down = self { true } else { false }
    }
}

/// What the gateway depends on beside its providers, as health, readiness and metrics tell it. Asking costs next to nothing.
public struct Dependencies: Sendable {
    /// How the database is.
    public var database: @Sendable () -> DependencyState
    /// How Redis is.
    public var redis: @Sendable () -> DependencyState
    /// Why the gateway should get no requests on their account; `nil` when it may.
    public var notReadyReason: @Sendable () -> String?
    /// Further metrics, in Prometheus' text format.
    public var metrics: @Sendable () -> [UInt8]

    /// Names them; what is left out is not there.
    public init(
        database: @escaping @Sendable () -> DependencyState = { .none },
        redis: @escaping @Sendable () -> DependencyState = { .none },
        notReadyReason: @escaping @Sendable () -> String? = { nil },
        metrics: @escaping @Sendable () -> [UInt8] = { [] }
    ) {
        self.database = database
        self.redis = redis
        self.notReadyReason = notReadyReason
        self.metrics = metrics
    }
}
