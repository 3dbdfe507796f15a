import Logging
import NIOCore
import ServiceLifecycle
import SluiceHTTP
import SluiceRouting
import Synchronization

/// Asks providers whether they are well, where their configuration has a `probe`. One that is not is left alone by routing until
/// a probe finds it well again; any answer below 400 counts as well.
final class ProbeService: Service {
    /// How often the schedule is looked at.
    private static let pause = Duration.milliseconds(250)
    /// An answer of a health endpoint is short; one that is longer is not read.
    private static let limitBytes = 256 * 1024

    private let targets: @Sendable () -> [ProbeTarget]
    private let health: HealthBoard
    private let ask: @Sendable (ProbeTarget) async -> Bool
    private let schedule = Mutex(ProbeSchedule())
    private let logger: Logger

    /// - Parameters:
    ///   - targets: the providers of the configuration in force that have a probe.
    ///   - ask: whether a provider is well.
    init(
        targets: @escaping @Sendable () -> [ProbeTarget],
        health: HealthBoard,
        ask: @escaping @Sendable (ProbeTarget) async -> Bool,
        logger: Logger
    ) {
        self.targets = targets
        self.health = health
        self.ask = ask
        self.logger = logger
    }

    /// Asks over the gateway's own upstream connections.
    convenience init(
        targets: @escaping @Sendable () -> [ProbeTarget],
        health: HealthBoard,
        loops: LoopContexts,
        logger: Logger
    ) {
        self.init(
            targets: targets,
            health: health,
            ask: { target in
                let answer = await loops.answer(
                    method: "GET",
                    target: target.path,
                    headers: [("accept", "*/*"), ("accept-encoding", "identity"), ("user-agent", "sluice")],
                    body: nil,
                    from: target.origin,
                    timeout: TimeAmount(target.timeout),
                    limitBytes: Self.limitBytes
                )
                return answer.map { (100..<400).contains($0.status) } ?? false
            },
            logger: logger
        )
    }

    /// Asks until the task is cancelled.
    func run() async {
        let clock = ContinuousClock()
        let start = clock.now
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                self.begin(in: &group, now: clock.now - start)
                try? await clock.sleep(for: Self.pause)
            }
            group.cancelAll()
        }
    }

    /// Asks those whose time has come, and waits for their answers.
    func probe(now: Duration) async {
        await withDiscardingTaskGroup { group in self.begin(in: &group, now: now) }
    }

    private func begin(in group: inout DiscardingTaskGroup, now: Duration) {
        let targets = self.targets()
        let (begun, recovered) = self.schedule.withLock { schedule in
            // Nobody would find out that it is well again.
            let gone = schedule.forget(allBut: targets)
            return (
                schedule.begin(targets, now: now), gone.filter { self.health.report(provider: $0, isWell: true) }
            )
        }
        for provider in recovered { self.log(provider, isWell: true) }
        for target in begun {
            group.addTask {
                let isWell = await self.ask(target)
                let isNews = self.schedule.withLock { schedule in
                    schedule.end(target.provider) && self.health.report(provider: target.provider, isWell: isWell)
                }
                if isNews { self.log(target.provider, isWell: isWell) }
            }
        }
    }

    private func log(_ provider: String, isWell: Bool) {
        self.logger.log(
            level: isWell ? .notice : .warning,
            "\(isWell ? "provider_well" : "provider_unwell")",
            metadata: ["provider": "\(provider)"]
        )
    }
}
