public import NIOCore
public import NIOHTTP1

extension Relay: UpstreamReceiver {
    public func upstreamSentHead(status: Int, headers: HTTPHeaders) {
        switch self.state {
        case .waiting: break
        case .draining: return self.drainHead(status: status, headers: headers)
        default: return
        }
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
        self.phase.restart(now: now)
        self.schedule()
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
        case .draining(let room):
            self.drain(piece, room: room)
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
            self.phase.stopPings()
            // What the client may take for the end of its answer is released only after this.
            self.settle(.complete)
        }
        switch self.state {
        case .relaying:
            self.writeOutput()
        case .holding:
            if step.hasEvent { self.phase.held(hasContent: step.hasContent, now: self.now) }
            self.gatherOutput()
            return
        default:
            return
        }
        if !self.exchange.isWritable, !self.isPaused {
            // What was written is flushed at the end of this burst, after a settlement that may still come in it.
            self.isPaused = true
            self.transport?.setReading(false)
        }
    }

    public func upstreamReadComplete() {
        if case .relaying = self.state { self.exchange.flush() }
        self.phase.restart(now: self.now)
        self.schedule()
    }

    public func upstreamSentEnd() {
        switch self.state {
        case .collecting(let status, let headers, let body, _):
            self.giveUp(.refused(status: status, headers: headers, body: body), cancelling: false)
        case .holding:
            let error = self.transducer.receiveEnd(into: &self.output)
            guard error == nil, let head = self.transducer.headAtEnd else {
                self.giveUp(
                    .failed(error ?? UpstreamError(.cut, "The upstream ended its stream without a whole event.")),
                    cancelling: false
                )
                return
            }
            self.commit(head)
            self.complete()
        case .staged(let head, _):
            if let error = self.transducer.receiveEnd(into: &self.output) {
                self.giveUp(.failed(error), cancelling: false)
                return
            }
            self.commit(self.transducer.finalHead(for: head))
            self.complete()
        case .relaying:
            let error = self.transducer.receiveEnd(into: &self.output)
            guard let error else { return self.complete() }
            self.writeOutput()
            self.breakOff(error)
        case .draining:
            let error = self.transducer.receiveEnd(into: &self.output)
            self.endDrain(isWhole: error == nil, cancelling: false)
        case .waiting:
            self.giveUp(.failed(UpstreamError(.malformed, "The upstream's answer has no head.")), cancelling: false)
        case .done:
            break
        }
    }

    public func upstreamFailed(_ error: UpstreamError) {
        switch self.state {
        case .relaying: self.breakOff(error)
        case .draining: self.endDrain(isWhole: self.transducer.receiveCut(into: &self.output), cancelling: false)
        case .waiting, .holding, .staged, .collecting: self.giveUp(.failed(error), cancelling: false)
        case .done: break
        }
    }

    public func upstreamDeadlinePassed() {
        switch self.phase.due(now: self.now, isPaused: self.isPaused) {
        case .commit: self.commitHeld()
        case .ping: self.ping()
        case .expiry: self.expire()
        }
    }

    /// A stream that has begun to speak was held back long enough.
    private func commitHeld() {
        guard case .holding = self.state, let head = self.transducer.releaseHold() else { return self.expire() }
        self.commit(head)
        self.writeOutput()
        self.exchange.flush()
        self.schedule()
    }

    /// The upstream is silent: the client hears that the gateway is not. The wait for the upstream goes on.
    private func ping() {
        self.phase.pinged(now: self.now)
        if case .relaying = self.state, self.exchange.isWritable, let ping = self.transducer.ping() {
            self.exchange.write(ping)
            self.exchange.flush()
        }
        self.schedule()
    }

    private func expire() {
        let transport = self.transport
        if case .draining = self.state {
            return self.endDrain(isWhole: self.transducer.receiveCut(into: &self.output), cancelling: true)
        }
        if self.isPaused {
            // It is the client that takes nothing.
            if !self.isWorthDraining { self.settle(.clientGone) }
            self.exchange.abort()
            self.clientLeft()
            return
        }
        if case .relaying = self.state {
            self.breakOff(self.phase.error(now: self.now))
        } else {
            self.giveUp(.failed(self.phase.error(now: self.now)), cancelling: false)
        }
        transport?.cancel()
    }
}
