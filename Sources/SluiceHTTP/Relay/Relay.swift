import NIOCore
import NIOHTTP1
public import SluiceCore

/// One attempt and the way of its answer to the client. Loop-confined; synchronous for each chunk.
///
/// Reads as fast as the client takes: what waits for the client is bounded by the relay window. Flushes once for each burst
/// that the upstream's socket gave. A client that leaves ends the attempt, or has it read to its end by its
/// ``SluiceCore/ClientLeavePolicy``; an upstream that breaks ends the client's stream with an error event.
public final class Relay {
    enum State {
        /// Nothing came yet.
        case waiting
        /// A stream's head came; its first events decide, and are held back until they do.
        case holding(status: Int, headers: HTTPHeaders)
        /// A whole answer's beginning is kept, so that it can still be taken back.
        case staged(ResponseHead, room: Int)
        /// A refusal's body is collected.
        case collecting(status: Int, headers: HTTPHeaders, body: ByteBuffer, limit: Int)
        /// The client gets what comes.
        case relaying
        /// The client is gone; what comes is read for its usage and thrown away.
        case draining(room: Int)
        case done
    }

    /// More pieces than this, held back, are put into one: small ones keep a whole read of the socket alive each.
    private static let heldPieces = 8

    let exchange: ServerExchange
    let transducer: any RelayTransducer
    let leave: ClientLeavePolicy
    var transport: (any UpstreamTransport)?
    var phase: RelayPhase
    var state = State.waiting
    var output: [ByteBuffer] = []
    var isTerminalSeen = false
    var isPaused = false
    private var result: AttemptResult?
    private var resultWaiter: CheckedContinuation<AttemptResult, Never>?
    /// The race that the attempt takes part in, as long as it is open.
    private var race: RelayRace?
    private var endWaiter: CheckedContinuation<Void, Never>?
    private var isSettled = false

    /// Makes the relay of one attempt.
    ///
    /// - Parameter leave: what becomes of the attempt when the client leaves.
    public init(
        exchange: ServerExchange,
        transducer: any RelayTransducer,
        timeouts: RelayTimeouts,
        leave: ClientLeavePolicy = .cancel
    ) {
        self.exchange = exchange
        self.transducer = transducer
        self.leave = leave
        self.phase = RelayPhase(
            timeouts: timeouts, exchangeStart: exchange.startedAt, sentAt: exchange.loop.eventLoop.now)
    }

    /// Sends the request and waits until the answer has begun, or cannot.
    public func attempt(_ request: UpstreamRequest, on transport: any UpstreamTransport) async -> AttemptResult {
        if self.exchange.isClientGone {
            transport.cancel()
            return .clientGone
        }
        self.exchange.observer = self
        self.transport = transport
        self.schedule()
        transport.send(request, receiver: self)
        if let result = self.result { return result }
        return await withCheckedContinuation { self.resultWaiter = $0 }
    }

    /// Sends the request of an attempt that takes part in a race: the race is told what becomes of it.
    func begin(_ request: UpstreamRequest, on transport: any UpstreamTransport, in race: RelayRace) {
        self.race = race
        self.transport = transport
        self.schedule()
        transport.send(request, receiver: self)
    }

    /// Another attempt's answer begins: this one is over.
    func withdraw() {
        switch self.state {
        case .relaying, .draining, .done: break
        case .waiting, .holding, .staged, .collecting: self.giveUp(.overtaken, cancelling: true)
        }
    }

    /// Waits until the answer is complete, or cut.
    public func finish() async {
        if case .done = self.state { return }
        await withCheckedContinuation { self.endWaiter = $0 }
    }

    var now: NIODeadline { self.exchange.loop.eventLoop.now }

    func schedule() {
        self.transport?.setDeadline(self.phase.next(isPaused: self.isPaused))
    }

    func decide(_ result: AttemptResult) {
        guard self.result == nil else { return }
        self.result = result
        let waiter = self.resultWaiter
        self.resultWaiter = nil
        waiter?.resume(returning: result)
        let race = self.race
        self.race = nil
        race?.decided(self, result)
    }

    func settle(_ outcome: RelayOutcome) {
        guard !self.isSettled else { return }
        self.isSettled = true
        self.exchange.announce(bytes: self.output.reduce(0) { $0 + $1.readableBytes })
        self.transducer.settle(outcome)
    }

    func close() {
        self.state = .done
        self.transport = nil
        let waiter = self.endWaiter
        self.endWaiter = nil
        waiter?.resume()
    }

    func commit(_ head: ResponseHead) {
        if case .holding = self.state {
            self.phase.committed(isStream: true, now: self.now)
        } else {
            self.phase.committed(isStream: false, now: self.now)
        }
        self.state = .relaying
        self.race?.won(self)
        self.exchange.begin(head)
        self.decide(.committed)
    }

    /// Before the answer has begun: the request path decides what comes next.
    func giveUp(_ result: AttemptResult, cancelling: Bool) {
        let transport = self.transport
        self.close()
        if cancelling { transport?.cancel() }
        self.decide(result)
    }

    /// The answer came to its end, and the client gets the rest of it.
    func complete() {
        self.writeOutput()
        self.settle(.complete)
        self.exchange.end()
        self.close()
    }

    /// After the answer has begun: the client is told within its stream, or by cutting it.
    func breakOff(_ error: UpstreamError) {
        if self.isTerminalSeen || self.transducer.receiveCut(into: &self.output) {
            self.complete()
            return
        }
        self.writeOutput()
        self.settle(.failed(error))
        if let event = self.transducer.errorEvent(error) {
            self.exchange.write(event)
            self.exchange.end()
        } else {
            self.exchange.abort()
        }
        self.close()
    }

    func writeOutput() {
        for piece in self.output { self.exchange.write(piece) }
        self.output.removeAll(keepingCapacity: true)
    }

    /// What is held back and came in crumbs is put into one buffer.
    func gatherOutput() {
        guard self.output.count > Self.heldPieces else { return }
        // The first grows in place, so that what is held is copied once or twice in all.
        for index in 1..<self.output.count {
            let piece = self.output[index]
            self.output[0].writeImmutableBuffer(piece)
        }
        self.output.removeSubrange(1...)
    }
}
