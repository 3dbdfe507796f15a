import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceRouting
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
    /// What the exchange holds of limits and budgets, once it is admitted and something limits it.
    var ticket: (any AdmissionTicket)?
    /// Where the limits stand, for the head of the answer.
    var limits: (any LimitFields)?
    /// What copies the bodies, where they are captured.
    var payload: PayloadCollector?
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

    /// An attempt begins; what is over of an earlier one stands in ``ExchangeRecord/earlierAttempts``.
    func beginAttempt(_ record: AttemptRecord) -> AttemptState {
        self.record.attempts += 1
        return AttemptState(self, record)
    }

    /// A target or a credential is left alone from now on, or is not any more.
    func healthChanged(_ change: HealthChange, _ attempt: Attempt) {
        let provider = self.snapshot.providers[attempt.target.provider].provider.name
        for notice in HealthNotice.notices(
            of: change, provider: provider, model: attempt.target.model, now: MonotonicTime(self.now))
        {
            self.recorder.noticed(notice, loop: self.exchange.loop.index)
        }
    }

    /// An attempt ended without an answer for the client. Nothing happens when that was said already.
    func endAttempt(_ attempt: AttemptState, _ outcome: AttemptOutcome) {
        guard attempt.record.outcome == nil else { return }
        attempt.end(outcome)
        self.record.earlierAttempts.append(attempt.record)
    }

    /// Throws when no more exchanges can be taken down now, and none may go on without it.
    func checkRecorder() throws(GatewayError) {
        if let refusal = self.recorder.refusal { throw refusal }
    }

    /// The loop's time.
    var now: NIODeadline { self.exchange.loop.eventLoop.now }

    /// The one settlement of this exchange: limits, metrics and log. Called before the last bytes of the answer are released.
    func settle(status: Int, error: GatewayError.Kind? = nil) {
        assert(!self.isSettled, "An exchange is settled once.")
        guard !self.isSettled else { return }
        self.isSettled = true
        // Where no attempt gave the answer, the last one is what the log line is about.
        if self.record.attempt.provider == nil, let last = self.record.earlierAttempts.popLast() {
            self.record.attempt = last
        }
        self.record.status = status
        self.record.errorType = error?.rawValue ?? self.record.errorType
        self.record.responseBytes = Int64(clamping: self.exchange.answerBytes)
        self.record.durationNanoseconds = (self.now - self.exchange.startedAt).nanoseconds
        // One copy for both: they must not see it change.
        let record = self.record
        self.ticket?.settle(record)
        self.recorder.settled(record, loop: self.exchange.loop.index)
        self.exchange.loop.settled()
        self.payload?.settled(record)
    }
}
