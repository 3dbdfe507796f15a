import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// One attempt of an exchange: what is known of it, and how its answer settles the exchange. Loop-confined.
///
/// Two of them may run at once, when one hedges the other; each has a record of its own, and the one whose answer the client
/// gets puts it into the exchange's.
final class AttemptState {
    let state: ExchangeState
    var record: AttemptRecord
    /// When the attempt began: the wait for a permit and a connection included.
    let beganAt: NIODeadline
    /// When the request was sent.
    private(set) var sentAt: NIODeadline
    /// The attempt that runs beside this one, if one does: it is over when this one's answer begins.
    weak var rival: AttemptState?
    /// What the attempt's tokens cost.
    var pricing = ModelPricing.unknown
    /// What reads the attempt's answer, once it was sent, and until it is over.
    var reader: (any AnswerReading)?
    /// How many requests it takes: more than one where a model has a limit on the inputs of one.
    var requests = 1
    /// What was used by those of them that are over.
    var callsUsage: TokenUsage?
    /// How many pictures are asked for.
    var images = 0
    /// Who is told how the attempt's answer ended, and what the attempt is called there.
    private var owner: (loop: AttemptLoop, attempt: Attempt)?

    init(_ state: ExchangeState, _ record: AttemptRecord) {
        self.state = state
        self.record = record
        self.beganAt = state.now
        self.sentAt = self.beganAt
        self.record.startNanoseconds = (self.beganAt - state.exchange.startedAt).nanoseconds
    }

    /// The attempt is one of a loop's, which is told how its answer ends.
    func isOf(_ attempt: Attempt, _ loop: AttemptLoop) {
        self.owner = (loop, attempt)
    }

    /// The request is about to be sent, or sent once more on a fresh connection.
    func isSent() {
        self.sentAt = self.state.now
        self.record.wasSent = true
    }

    /// The head of the answer came.
    func headArrived(status: Int) {
        self.record.upstreamNanoseconds = (self.state.now - self.sentAt).nanoseconds
        self.record.upstreamStatus = status
    }

    /// The first byte of the answer's body is on its way.
    func firstByte() {
        guard self.record.timeToFirstByteNanoseconds == nil else { return }
        self.record.timeToFirstByteNanoseconds = (self.state.now - self.state.exchange.startedAt).nanoseconds
    }

    /// The attempt is over, and gave the client nothing: another may follow.
    func end(_ outcome: AttemptOutcome) {
        guard self.record.outcome == nil else { return }
        self.record.outcome = outcome
        self.record.durationNanoseconds = (self.state.now - self.beganAt).nanoseconds
        self.charge(outcome, prompt: (self.owner?.loop).map { loop in { loop.promptTokens } })
        // It knows this attempt in turn.
        self.reader = nil
    }

    /// The answer of this attempt is the client's, and is over.
    func settle(status: Int, error: GatewayError.Kind? = nil) {
        switch error {
        case nil: self.end(.answered)
        case .clientClosed: self.end(.abandoned)
        default: self.end(.failed)
        }
        if let rival = self.rival { self.state.endAttempt(rival, .overtaken) }
        self.state.record.attempt = self.record
        self.state.settle(status: status, error: error)
        if let (loop, attempt) = self.owner {
            loop.settled(
                attempt, error, firstTokenNanoseconds: self.nanosecondsToFirstToken,
                nanosecondsPerOutputToken: self.nanosecondsPerOutputToken)
        }
        self.owner = nil
    }

    /// From sending to the first content of a stream, or until now where it has none; `nil` where the client wants no stream.
    var nanosecondsToFirstToken: Int64? {
        guard self.record.isStreamed else { return nil }
        let start = self.state.exchange.startedAt
        let first = self.record.timeToFirstByteNanoseconds ?? (self.state.now - start).nanoseconds
        return max(0, first - (self.sentAt - start).nanoseconds)
    }

    /// The time of the answer over its tokens: of a stream that behind its first one.
    private var nanosecondsPerOutputToken: Int64? {
        guard let tokens = self.record.usage?.completionTokens, tokens > 0 else { return nil }
        let end = (self.state.now - self.state.exchange.startedAt).nanoseconds
        if self.record.isStreamed {
            guard tokens > 1, let first = self.record.timeToFirstByteNanoseconds else { return nil }
            return max(0, end - first) / Int64(clamping: tokens - 1)
        }
        return (self.state.now - self.sentAt).nanoseconds / Int64(clamping: tokens)
    }
}
