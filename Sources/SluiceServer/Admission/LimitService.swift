package import Logging
package import ServiceLifecycle
package import SluiceConfig
package import SluiceCore
import SluicePolicies

/// The counts of limits and budgets of this process, and what keeps them in order. They outlive reloads of the configuration.
package struct LimitService: Service {
    /// How often idle counts are forgotten.
    private static let pause = Duration.seconds(10)

    /// Where is counted.
    let backend: any LimitBackend
    /// The store's rules, where there is a store.
    let stored: StoredRules?
    private let loops: Int
    private let logger: Logger
    private let sweep: @Sendable (Moment) -> Void

    /// - Parameters:
    ///   - backend: where is counted.
    ///   - stored: the store's rules, where there is a store.
    ///   - loops: how many event loops there are.
    ///   - logger: is told what cannot be read.
    ///   - sweep: is called every ten seconds.
    init(
        backend: any LimitBackend,
        stored: StoredRules? = nil,
        loops: Int,
        logger: Logger,
        sweep: @escaping @Sendable (Moment) -> Void
    ) {
        self.backend = backend
        self.stored = stored
        self.loops = loops
        self.logger = logger
        self.sweep = sweep
    }

    /// Counts in this process alone.
    package static func local(loops: Int, logger: Logger) -> LimitService {
        let local = LocalLimits(LocalLimits.makeLimiter())
        return LimitService(backend: local, loops: loops, logger: logger) { local.sweep(now: $0) }
    }

    /// What decides by the rules of a configuration.
    package func admission(by configuration: GatewayConfiguration) -> any AdmissionControl {
        LimitAdmission(
            LimitRules(configuration), backend: self.backend, stored: self.stored, loops: self.loops,
            logger: self.logger)
    }

    /// Keeps the counts and the rules in order until the task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            if let stored = self.stored { group.addTask { await stored.run() } }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.pause)
                    self.sweep(Moment(nanosecondsSince1970: Clock.nanosecondsSince1970()))
                }
            }
        }
    }
}
