import Logging
import ServiceLifecycle

/// What a gateway runs beside its listeners, and what is closed at its end.
struct BackgroundWork: Sendable {
    /// What runs from the start until running exchanges have ended.
    private(set) var services: [any Service] = []
    private var closings: [@Sendable () async -> Void] = []

    /// Adds a service. It ends when its task is cancelled, which is after the last exchange.
    mutating func run(_ service: any Service) {
        self.services.append(service)
    }

    /// Adds what is to be closed once all services have ended. What was added last is closed first.
    mutating func close(_ body: @escaping @Sendable () async -> Void) {
        self.closings.append(body)
    }

    /// Runs all services in `group`. One that fails is in the log; the others run on.
    func start(in group: inout TaskGroup<Void>, logger: Logger) {
        for service in self.services {
            group.addTask {
                do {
                    try await service.run()
                } catch {
                    logger.error("\(type(of: service)) ended: \(error)")
                }
            }
        }
    }

    /// Closes everything.
    func close() async {
        for closing in self.closings.reversed() { await closing() }
    }
}
