import NIOCore
public import SluiceCore
public import SluiceHTTP
import Synchronization

/// Begins the path of every request, with the snapshot that is in force at that moment.
public final class GatewayHandler: ExchangeHandler {
    private let path: RequestPath
    private let current: Mutex<Snapshot>

    /// Makes the handler with its first snapshot.
    public init(path: RequestPath, snapshot: Snapshot) {
        self.path = path
        self.current = Mutex(snapshot)
    }

    /// The snapshot that new requests begin with.
    public var snapshot: Snapshot {
        get { self.current.withLock { $0 } }
        set { self.current.withLock { $0 = newValue } }
    }

    public func handle(_ exchange: ServerExchange) {
        let snapshot = self.snapshot
        let exchange = NIOLoopBound(exchange, eventLoop: exchange.loop.eventLoop)
        Task(executorPreference: exchange.value.loop.executor) {
            await self.path.run(exchange.value, snapshot)
        }
    }

    public func refuse(_ exchange: ServerExchange, _ error: GatewayError) {
        self.path.refuse(exchange, self.snapshot, error)
    }
}
