import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// One attempt on its way: what it sends to whom, and what it holds meanwhile. Loop-confined.
final class AttemptRun {
    let attempt: Attempt
    let state: AttemptState
    var outbound: OutboundRequest
    let entry: Snapshot.ProviderEntry
    let timeouts: AttemptTimeouts
    var holdsPermit = false
    var transducer: (any AnswerReading)?
    private(set) var transport: (any UpstreamTransport)?
    var isFresh = false

    init(
        attempt: Attempt,
        state: AttemptState,
        outbound: OutboundRequest,
        entry: Snapshot.ProviderEntry,
        timeouts: AttemptTimeouts
    ) {
        self.attempt = attempt
        self.state = state
        self.outbound = outbound
        self.entry = entry
        self.timeouts = timeouts
    }

    /// Gives the permit back, if the attempt holds one.
    func giveBack() {
        guard self.holdsPermit else { return }
        self.holdsPermit = false
        self.entry.permits?.giveBack()
    }

    /// Takes a connection. It waits for one neither longer than a connection may take, nor beyond the exchange's deadline.
    func connect(before deadline: NIODeadline) async throws(UpstreamError) {
        let state = self.state.state
        self.transport = try await state.exchange.loop.upstreams.acquire(
            self.entry.origin, timeout: min(self.timeouts.connect, deadline - state.now), isFresh: self.isFresh)
    }

    /// Whether the upstream closed a kept-alive connection just as it was used: that is nobody's failure, and once in an attempt
    /// a new connection is taken instead. What must not be done twice is not sent again.
    func wasStale(_ result: AttemptResult, isActing: Bool) -> Bool {
        guard case .failed(let error) = result, error.kind == .closedBeforeAnswer, !isActing, !self.isFresh,
            self.transport?.isReused == true
        else { return false }
        self.isFresh = true
        return true
    }

    /// What reads the answer.
    func makeTransducer(exposesTargetModel: Bool) -> any AnswerReading {
        let terms = AnswerTerms(
            hold: self.timeouts.relay.hold,
            exposesTargetModel: exposesTargetModel,
            outputTokenLimit: self.state.state.outputTokenLimit
        )
        if let conversion = self.outbound.conversion {
            if let calls = conversion.calls, !calls.isLast { return CollectingTransducer() }
            return ConvertedTransducer(
                self.state, conversion: conversion, wantsStream: self.outbound.wantsStream, terms: terms)
        }
        return AnswerTransducer(self.state, outbound: self.outbound, terms: terms)
    }

    /// What the provider said instead of an answer.
    func refusal(status: Int, _ headers: HTTPHeaders, _ body: ByteBuffer) -> ProviderRefusal {
        ProviderRefusal(
            provider: self.entry.provider,
            surface: self.state.state.clientSurface,
            targetSurface: self.outbound.surface,
            status: status,
            headers: headers,
            body: ProviderRefusal.decoded(body, headers),
            event: self.transducer?.firstError
        )
    }
}

/// A transducer of a provider's answer that may find an error where the answer should begin.
protocol AnswerReading: RelayTransducer {
    /// The error that came before anything of an answer.
    var firstError: NeutralError? { get }
    /// What is known of the answer's usage by now.
    var tally: AnswerTally { get }
}

extension AnswerTransducer: AnswerReading {}
extension ConvertedTransducer: AnswerReading {}

/// An attempt whose answer is on its way to the client.
struct RunningAttempt {
    let relay: Relay
    let run: AttemptRun
}
