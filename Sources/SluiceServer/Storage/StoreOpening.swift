import Logging
import ServiceLifecycle
import SluiceCore
import Synchronization

/// Brings the database into the form that this version needs, at the start or as soon as it can be reached.
///
/// A gateway whose database is away starts all the same, so that a restart during an outage does not make it worse: keys of the
/// configuration are served, stored ones are not known yet, and readiness says why.
final class StoreOpening: Service {
    /// The longest wait between two tries.
    private static let longestPause = Duration.seconds(5)

    private let open: @Sendable () async throws(StoreError) -> Void
    private let health: StoreHealth
    private let pause: @Sendable (Duration) async -> Void
    private let logger: Logger
    private let isDone = Atomic(false)

    /// - Parameters:
    ///   - open: brings the schema up, and makes what a first start makes. It is called until it succeeds.
    ///   - pause: waits, or returns early when the task is cancelled.
    init(
        open: @escaping @Sendable () async throws(StoreError) -> Void,
        health: StoreHealth,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        logger: Logger
    ) {
        self.open = open
        self.health = health
        self.pause = pause
        self.logger = logger
    }

    /// Whether the database is open.
    var isOpen: Bool { self.isDone.load(ordering: .acquiring) }

    /// The first try. Throws ``StartFailure`` for what waiting does not mend.
    func begin() async throws {
        do throws(StoreError) {
            try await self.tryOnce()
        } catch {
            guard Self.mayPass(error) else {
                throw StartFailure("the database cannot be used: \(error.message)")
            }
            self.logger.warning(
                "the database is away; the gateway starts without it",
                metadata: ["error": "\(error.kind.rawValue)", "reason": "\(error.message)"])
        }
    }

    /// Tries until it succeeds or the task is cancelled.
    func run() async {
        var wait = Duration.milliseconds(100)
        while !self.isOpen, !Task.isCancelled {
            // Replicas that lost the same database do not come back together.
            await self.pause(wait * Double.random(in: 0.5...1))
            wait = min(wait * 2, Self.longestPause)
            guard !Task.isCancelled else { return }
            do throws(StoreError) {
                try await self.tryOnce()
            } catch {
                // The outage is in the log already; what it turned into is said by the health.
                self.health.failed(error)
            }
        }
    }

    private func tryOnce() async throws(StoreError) {
        do throws(StoreError) {
            try await self.open()
        } catch {
            self.health.failed(error)
            throw error
        }
        self.isDone.store(true, ordering: .releasing)
        self.health.succeeded()
        self.logger.notice("database_open")
    }

    /// Whether an error may pass by itself.
    private static func mayPass(_ error: StoreError) -> Bool {
        error.isRetryable || error.kind == .outcomeUnknown || error.kind == .conflict
    }
}
