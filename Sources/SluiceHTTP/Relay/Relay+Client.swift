import NIOCore
import NIOHTTP1
import SluiceCore

extension Relay: ExchangeObserver {
    public func clientWritabilityChanged(isWritable: Bool) {
        guard isWritable, self.isPaused else { return }
        self.isPaused = false
        self.phase.restart(now: self.now)
        self.schedule()
        self.transport?.setReading(true)
    }

    public func clientGone() {
        self.clientLeft()
    }

    public func serverShutsDown() {
        let transport = self.transport
        let error = UpstreamError(.shutdown, "The gateway is shutting down.")
        switch self.state {
        case .done: return
        case .relaying: self.breakOff(error)
        case .draining: return self.endDrain(isWhole: false, cancelling: true)
        case .waiting, .holding, .staged, .collecting: self.giveUp(.failed(error), cancelling: false)
        }
        transport?.cancel()
    }
}

// What becomes of the upstream's answer when the client is gone. Nothing here may touch the client's connection.
extension Relay {
    /// A drain reads so many bytes at most.
    static let drainLimitBytes = 16 * 1024 * 1024

    /// The client has left, or takes nothing: its policy says whether the upstream is read on.
    func clientLeft() {
        let transport = self.transport
        switch self.state {
        case .done, .draining:
            return
        case .relaying where self.isTerminalSeen:
            self.settle(.complete)
            self.close()
        case .relaying, .waiting, .holding, .staged:
            if self.isWorthDraining { return self.beginDrain() }
            if case .relaying = self.state {
                self.settle(.clientGone)
                self.close()
            } else {
                self.giveUp(.clientGone, cancelling: false)
            }
        case .collecting:
            self.giveUp(.clientGone, cancelling: false)
        }
        transport?.cancel()
    }

    /// Whether the answer is read on when its client leaves now.
    var drainsWithoutClient: Bool {
        switch self.state {
        case .waiting, .holding, .staged, .relaying: self.isWorthDraining
        case .collecting, .draining, .done: false
        }
    }

    var isWorthDraining: Bool {
        switch self.leave {
        case .cancel: false
        case .drain: true
        case .drainMost: self.transducer.isMostlyDone
        }
    }

    /// From here on the answer is read, counted and thrown away; the exchange is settled when it has ended, within the
    /// phases' own timeouts. The request's body is let go, the provider's permit stays taken: the provider still works.
    private func beginDrain() {
        self.state = .draining(room: Self.drainLimitBytes)
        self.output.removeAll()
        self.phase.stopPings()
        self.exchange.releaseBody()
        self.exchange.loop.drains.insert(self)
        if self.isPaused {
            self.isPaused = false
            self.phase.restart(now: self.now)
            self.transport?.setReading(true)
        }
        self.schedule()
        self.decide(.committed)
    }

    /// The head of an answer whose client left before it came.
    func drainHead(status: Int, headers: HTTPHeaders) {
        let now = self.now
        switch self.transducer.receive(status: status, headers: headers) {
        case .commit, .stage: self.phase.headArrived(isStream: false, now: now)
        case .hold: self.phase.headArrived(isStream: true, now: now)
        // A refusal costs nothing.
        case .collect, .fail: return self.endDrain(isWhole: false, cancelling: true)
        }
        self.phase.restart(now: now)
        self.schedule()
    }

    func drain(_ piece: ByteBuffer, room: Int) {
        let step = self.transducer.receive(piece, into: &self.output)
        self.output.removeAll(keepingCapacity: true)
        if step.hasEvent { self.phase.eventArrived() }
        if step.hasContent { self.phase.contentArrived() }
        switch step.decision {
        case .more, .commit: break
        case .refuse, .fail: return self.endDrain(isWhole: false, cancelling: true)
        }
        if step.isTerminal { self.settle(.drained) }
        let left = room - piece.readableBytes
        self.state = .draining(room: left)
        if left <= 0 { self.endDrain(isWhole: false, cancelling: true) }
    }

    func endDrain(isWhole: Bool, cancelling: Bool) {
        let transport = self.transport
        self.output.removeAll()
        self.settle(isWhole ? .drained : .clientGone)
        self.exchange.loop.drains.remove(self)
        self.close()
        if cancelling { transport?.cancel() }
    }
}
