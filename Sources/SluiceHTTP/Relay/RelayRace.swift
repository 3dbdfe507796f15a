public import NIOCore

/// Two attempts at once for one client: the one whose answer begins first is the client's, and the other is given up at that
/// moment, so that never two begin. Loop-confined.
///
/// It stands between the client and the relays as the exchange's observer, and hands out what happens one by one.
public final class RelayRace {
    /// What happened.
    public enum Event {
        /// An attempt came to this before its answer had begun, or by its beginning. Those that it overtook are over then, and are
        /// not told of one by one.
        case decided(Relay, AttemptResult)
        /// The time that was waited for has passed.
        case timePassed
    }

    private let exchange: ServerExchange
    private var running: [Relay] = []
    private var events: [Event] = []
    private var waiter: CheckedContinuation<Void, Never>?
    /// Distinguishes the timer that is waited for from those that were overtaken by something else.
    private var waitNumber: UInt64 = 0

    /// Makes a race for an exchange, without attempts.
    public init(_ exchange: ServerExchange) {
        self.exchange = exchange
    }

    /// Whether an answer has begun, or none is waited for any more.
    public private(set) var isDecided = false

    /// Sends a request: the attempt takes part from here on. What becomes of it comes out of ``next(until:)``.
    public func begin(_ relay: Relay, _ request: UpstreamRequest, on transport: any UpstreamTransport) {
        if self.isDecided {
            // It was overtaken before it had begun, which the event that is still to be handed out says.
            transport.cancel()
            return
        }
        if self.exchange.isClientGone {
            transport.cancel()
            self.deliver(.decided(relay, .clientGone))
            return
        }
        self.exchange.observer = self
        self.running.append(relay)
        relay.begin(request, on: transport, in: self)
    }

    /// Waits for the next event, at most until `deadline`.
    public func next(until deadline: NIODeadline?) async -> Event {
        if !self.events.isEmpty { return self.events.removeFirst() }
        self.waitNumber &+= 1
        if let deadline {
            let number = self.waitNumber
            let bound = NIOLoopBound(self, eventLoop: self.exchange.loop.eventLoop)
            _ = self.exchange.loop.eventLoop.scheduleTask(deadline: deadline) {
                let race = bound.value
                if race.waitNumber == number, race.waiter != nil { race.deliver(.timePassed) }
            }
        }
        await withCheckedContinuation { self.waiter = $0 }
        return self.events.isEmpty ? .timePassed : self.events.removeFirst()
    }

    private func deliver(_ event: Event) {
        self.events.append(event)
        let waiter = self.waiter
        self.waiter = nil
        waiter?.resume()
    }

    /// An attempt's answer is about to begin: the others are over.
    func won(_ relay: Relay) {
        self.isDecided = true
        // From here on the client has one attempt to do with.
        self.exchange.observer = relay
        for other in self.running where other !== relay { other.withdraw() }
    }

    /// Gives up what still runs: the request has come to its end without an answer.
    public func giveUp() {
        // Nobody waits for what becomes of them.
        self.isDecided = true
        for relay in self.running { relay.withdraw() }
    }

    /// An attempt began its answer, or ended before.
    func decided(_ relay: Relay, _ result: AttemptResult) {
        self.running.removeAll { $0 === relay }
        if case .overtaken = result { return }
        // An answer that is read to its end for a client that left has begun for nobody, and decides the race all the same.
        if case .committed = result, !self.isDecided { self.won(relay) }
        self.deliver(.decided(relay, result))
    }
}

extension RelayRace: ExchangeObserver {
    public func clientWritabilityChanged(isWritable: Bool) {
        // Nothing was written yet.
    }

    public func clientGone() {
        // What is worth being read to its end comes first: it decides the race, and its rivals have nothing to say any more.
        self.running.first { $0.drainsWithoutClient }?.clientGone()
        for relay in self.running { relay.clientGone() }
    }

    public func serverShutsDown() {
        for relay in self.running { relay.serverShutsDown() }
    }
}
