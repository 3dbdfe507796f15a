public import NIOCore
public import NIOHTTP1

/// One attempt and the way of its answer to the client. Loop-confined; synchronous for each chunk.
///
/// Reads as fast as the client takes: what waits for the client is bounded by the relay window. Flushes once for each burst
/// that the upstream's socket gave. A client that leaves ends the attempt; an upstream that breaks ends the client's stream
/// with an error event.
public final class Relay {
    private enum State {
        /// Nothing came yet.
        case waiting
        /// A stream's head came; its first event decides.
        case holding(status: Int, headers: HTTPHeaders)
        /// A whole answer's beginning is kept, so that it can still be taken back.
        case staged(ResponseHead, room: Int)
        /// A refusal's body is collected.
        case collecting(status: Int, headers: HTTPHeaders, body: ByteBuffer, limit: Int)
        /// The client gets what comes.
        case relaying
        case done
    }

    private let exchange: ServerExchange
    private let transducer: any RelayTransducer
    private var transport: (any UpstreamTransport)?
    private var phase: RelayPhase
    private var state = State.waiting
    private var output: [ByteBuffer] = []
    private var result: AttemptResult?
    private var resultWaiter: CheckedContinuation<AttemptResult, Never>?
    /// The race that the attempt takes part in, as long as it is open.
    private var race: RelayRace?
    private var endWaiter: CheckedContinuation<Void, Never>?
    private var isSettled = false
    private var isTerminalSeen = false
    private var isPaused = false

    /// Makes the relay of one attempt.
    public init(exchange: ServerExchange, transducer: any RelayTransducer, timeouts: RelayTimeouts) {
        self.exchange = exchange
        self.transducer = transducer
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
        transport.setDeadline(self.phase.deadline(now: self.now))
        transport.send(request, receiver: self)
        if let result = self.result { return result }
        return await withCheckedContinuation { self.resultWaiter = $0 }
    }

    /// Sends the request of an attempt that takes part in a race: the race is told what becomes of it.
    func begin(_ request: UpstreamRequest, on transport: any UpstreamTransport, in race: RelayRace) {
        self.race = race
        self.transport = transport
        transport.setDeadline(self.phase.deadline(now: self.now))
        transport.send(request, receiver: self)
    }

    /// Another attempt's answer begins: this one is over.
    func withdraw() {
        switch self.state {
        case .relaying, .done: break
        case .waiting, .holding, .staged, .collecting: self.giveUp(.overtaken, cancelling: true)
        }
    }

    /// Waits until the answer is complete, or cut.
    public func finish() async {
        if case .done = self.state { return }
        await withCheckedContinuation { self.endWaiter = $0 }
    }

    private var now: NIODeadline { self.exchange.loop.eventLoop.now }

    private func decide(_ result: AttemptResult) {
        guard self.result == nil else { return }
        self.result = result
        let waiter = self.resultWaiter
        self.resultWaiter = nil
        waiter?.resume(returning: result)
        let race = self.race
        self.race = nil
        race?.decided(self, result)
    }

    private func settle(_ outcome: RelayOutcome) {
        guard !self.isSettled else { return }
        self.isSettled = true
        self.transducer.settle(outcome)
    }

    private func close() {
        self.state = .done
        self.transport = nil
        let waiter = self.endWaiter
        self.endWaiter = nil
        waiter?.resume()
    }

    private func commit(_ head: ResponseHead) {
        self.state = .relaying
        self.race?.won(self)
        self.exchange.begin(head)
        self.decide(.committed)
    }

    /// Before the answer has begun: the request path decides what comes next.
    private func giveUp(_ result: AttemptResult, cancelling: Bool) {
        let transport = self.transport
        self.close()
        if cancelling { transport?.cancel() }
        self.decide(result)
    }

    /// After the answer has begun: the client is told within its stream, or by cutting it.
    private func breakOff(_ error: UpstreamError) {
        if self.isTerminalSeen || self.transducer.receiveCut(into: &self.output) {
            self.writeOutput()
            self.settle(.complete)
            self.exchange.end()
        } else {
            self.writeOutput()
            self.settle(.failed(error))
            if let event = self.transducer.errorEvent(error) {
                self.exchange.write(event)
                self.exchange.end()
            } else {
                self.exchange.abort()
            }
        }
        self.close()
    }

    private func writeOutput() {
        for piece in self.output { self.exchange.write(piece) }
        self.output.removeAll(keepingCapacity: true)
    }
}

extension Relay: UpstreamReceiver {
    public func upstreamSentHead(status: Int, headers: HTTPHeaders) {
        guard case .waiting = self.state else { return }
        let now = self.now
        let decision = self.transducer.receive(status: status, headers: headers)
        var isStream = false
        switch decision {
        case .commit(let head):
            self.commit(head)
        case .stage(let head, let bytes):
            self.state = .staged(head, room: bytes)
        case .hold:
            isStream = true
            self.state = .holding(status: status, headers: headers)
        case .collect(let limit):
            self.state = .collecting(status: status, headers: headers, body: ByteBuffer(), limit: limit)
        case .fail(let error):
            self.giveUp(.failed(error), cancelling: true)
            return
        }
        self.phase.headArrived(isStream: isStream, now: now)
        self.transport?.setDeadline(self.phase.deadline(now: now))
    }

    public func upstreamSentBody(_ piece: ByteBuffer) {
        switch self.state {
        case .collecting(let status, let headers, var body, let limit):
            self.state = .waiting
            let room = limit - body.readableBytes
            if piece.readableBytes <= room {
                body.writeImmutableBuffer(piece)
                self.state = .collecting(status: status, headers: headers, body: body, limit: limit)
            } else {
                body.writeBytes(piece.readableBytesView.prefix(max(0, room)))
                self.giveUp(.refused(status: status, headers: headers, body: body), cancelling: true)
            }
        case .staged(let head, let room):
            self.step(self.transducer.receive(piece, into: &self.output))
            guard case .staged = self.state else { break }
            self.state = .staged(head, room: room - piece.readableBytes)
            if room <= piece.readableBytes {
                self.commit(head)
                self.writeOutput()
            }
        case .holding, .relaying:
            self.step(self.transducer.receive(piece, into: &self.output))
        case .waiting, .done:
            break
        }
    }

    private func step(_ step: RelayStep) {
        if step.hasEvent { self.phase.eventArrived() }
        if step.hasContent { self.phase.contentArrived() }
        switch step.decision {
        case .more:
            break
        case .commit(let head):
            self.commit(head)
        case .refuse(let data):
            guard case .holding(_, let headers) = self.state else { break }
            self.giveUp(.refused(status: 200, headers: headers, body: data), cancelling: true)
            return
        case .fail(let error):
            switch self.state {
            case .holding, .staged:
                self.giveUp(.failed(error), cancelling: true)
            default:
                self.writeOutput()
                let transport = self.transport
                self.breakOff(error)
                transport?.cancel()
            }
            return
        }
        if step.isTerminal {
            self.isTerminalSeen = true
            // What the client may take for the end of its answer is released only after this.
            self.settle(.complete)
        }
        guard case .relaying = self.state else { return }
        self.writeOutput()
        if !self.exchange.isWritable, !self.isPaused {
            // What was written is flushed at the end of this burst, after a settlement that may still come in it.
            self.isPaused = true
            self.transport?.setReading(false)
        }
    }

    public func upstreamReadComplete() {
        if case .relaying = self.state { self.exchange.flush() }
        self.transport?.setDeadline(self.phase.deadline(now: self.now))
    }

    public func upstreamSentEnd() {
        switch self.state {
        case .collecting(let status, let headers, let body, _):
            self.giveUp(.refused(status: status, headers: headers, body: body), cancelling: false)
        case .holding:
            let error = self.transducer.receiveEnd(into: &self.output)
            if error == nil, let head = self.transducer.headAtEnd {
                self.commit(head)
                self.writeOutput()
                self.settle(.complete)
                self.exchange.end()
                self.close()
                return
            }
            self.giveUp(
                .failed(error ?? UpstreamError(.cut, "The upstream ended its stream without a whole event.")),
                cancelling: false
            )
        case .staged(let head, _):
            if let error = self.transducer.receiveEnd(into: &self.output) {
                self.giveUp(.failed(error), cancelling: false)
                return
            }
            self.commit(self.transducer.finalHead(for: head))
            self.writeOutput()
            self.settle(.complete)
            self.exchange.end()
            self.close()
        case .relaying:
            let error = self.transducer.receiveEnd(into: &self.output)
            self.writeOutput()
            if let error {
                self.breakOff(error)
            } else {
                self.settle(.complete)
                self.exchange.end()
                self.close()
            }
        case .waiting:
            self.giveUp(.failed(UpstreamError(.malformed, "The upstream's answer has no head.")), cancelling: false)
        case .done:
            break
        }
    }

    public func upstreamFailed(_ error: UpstreamError) {
        switch self.state {
        case .relaying: self.breakOff(error)
        case .waiting, .holding, .staged, .collecting: self.giveUp(.failed(error), cancelling: false)
        case .done: break
        }
    }

    public func upstreamDeadlinePassed() {
        let transport = self.transport
        if self.isPaused {
            // It is the client that takes nothing.
            self.settle(.clientGone)
            self.exchange.abort()
            self.close()
        } else if case .relaying = self.state {
            self.breakOff(self.phase.error(now: self.now))
        } else {
            self.giveUp(.failed(self.phase.error(now: self.now)), cancelling: false)
        }
        transport?.cancel()
    }
}

extension Relay: ExchangeObserver {
    public func clientWritabilityChanged(isWritable: Bool) {
        guard isWritable, self.isPaused else { return }
        self.isPaused = false
        self.transport?.setDeadline(self.phase.deadline(now: self.now))
        self.transport?.setReading(true)
    }

    public func clientGone() {
        let transport = self.transport
        switch self.state {
        case .done:
            return
        case .relaying:
            self.settle(self.isTerminalSeen ? .complete : .clientGone)
            self.close()
        case .waiting, .holding, .staged, .collecting:
            self.giveUp(.clientGone, cancelling: false)
        }
        transport?.cancel()
    }

    public func serverShutsDown() {
        let transport = self.transport
        let error = UpstreamError(.shutdown, "The gateway is shutting down.")
        switch self.state {
        case .done: return
        case .relaying: self.breakOff(error)
        case .waiting, .holding, .staged, .collecting: self.giveUp(.failed(error), cancelling: false)
        }
        transport?.cancel()
    }
}
