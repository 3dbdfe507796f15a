import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// One exchange on its way through the stages: what is known so far, and its one settlement. Loop-confined.
final class ExchangeState {
    let exchange: ServerExchange
    let snapshot: Snapshot
    var record = ExchangeRecord()
    /// The surface whose shape the body has, where the path does not tell; errors are written in its dialect.
    var bodySurface: Surface?
    /// How many tokens the client lets the answer have, where it says so.
    var outputTokenLimit: Int?
    private let recorder: any ExchangeRecorder
    private(set) var isSettled = false

    init(exchange: ServerExchange, snapshot: Snapshot, recorder: any ExchangeRecorder) {
        self.exchange = exchange
        self.snapshot = snapshot
        self.recorder = recorder
    }

    /// The surface in whose dialect the client is answered.
    var clientSurface: Surface { self.bodySurface ?? self.record.surface }

    /// The surface is known: the exchange counts as in flight from here.
    func begin(_ surface: Surface) {
        self.record.surface = surface
        self.recorder.started(surface, method: self.record.method, loop: self.exchange.loop.index)
    }

    func authenticated(_ allowed: Bool) {
        self.recorder.authenticated(allowed: allowed, loop: self.exchange.loop.index)
    }

    /// Another target is asked: nothing of an earlier attempt's answer stands in the record.
    func beginAttempt(isStreamed: Bool, losses: ConversionLosses?) {
        self.record.attempts += 1
        self.record.isStreamed = isStreamed
        self.record.streamBytes = 0
        self.record.streamEvents = 0
        self.record.timeToFirstByteNanoseconds = nil
        self.record.upstreamErrorType = nil
        self.record.usage = nil
        self.record.finishReason = nil
        self.record.losses = losses ?? ConversionLosses()
    }

    /// The first byte of the answer's body is on its way.
    func firstByte() {
        guard self.record.timeToFirstByteNanoseconds == nil else { return }
        self.record.timeToFirstByteNanoseconds = (self.now - self.exchange.startedAt).nanoseconds
    }

    /// The loop's time.
    var now: NIODeadline { self.exchange.loop.eventLoop.now }

    /// The one settlement of this exchange: metrics and log. Called before the last bytes of the answer are released.
    func settle(status: Int, error: GatewayError.Kind? = nil) {
        assert(!self.isSettled, "An exchange is settled once.")
        guard !self.isSettled else { return }
        self.isSettled = true
        self.record.status = status
        self.record.errorType = error?.rawValue ?? self.record.errorType
        self.record.durationNanoseconds = (self.now - self.exchange.startedAt).nanoseconds
        self.recorder.settled(self.record, loop: self.exchange.loop.index)
    }
}
