import NIOHTTP1

/// Turns a ``ReplyPlan`` into steps, one at a time: pacing, breaks, gzip and one byte at a time are decided here,
/// without a clock or a socket.
struct ReplySteps: Sendable {
    private enum Phase {
        case start, body, trailer, over
    }

    /// Whether every step goes out by itself instead of with its neighbours.
    let flushesEachStep: Bool

    private let plan: ReplyPlan
    /// The events of a stream, kept apart so that they are advanced in place.
    private var source: (any EventSource)?
    private let behaviour: Behaviour
    private var phase = Phase.start
    private var queue: [ReplyStep] = []
    private var queueStart = 0
    private var gzip: StoredGzip?
    private var fault: Behaviour.Fault?
    /// Events or bytes that have gone out, as a fault counts them.
    private var unitsSent = 0
    private var tokensSent = 0
    /// How many tokens of the answer were made by now: those of the events that were taken, and all of a whole reply.
    private(set) var tokensMade = 0
    private var segmentIndex = 0
    private var segmentOffset = 0
    private var isCorrupted = false
    /// The event before, where the last one is to come twice.
    private var lastEvent: [UInt8] = []

    /// - Parameters:
    ///   - plan: what to answer.
    ///   - isClosing: the client asked that the connection be closed after this exchange.
    init(_ plan: ReplyPlan, isClosing: Bool = false) {
        self.plan = plan
        var behaviour = plan.behaviour
        if isClosing, behaviour.closing == .keepAlive { behaviour.closing = .announced }
        self.behaviour = behaviour
        fault = behaviour.fault
        if case .events(let events) = plan.body { source = events }
        flushesEachStep = behaviour.isOneByteAtATime || behaviour.splitsCharacters
        if behaviour.isGzipped { gzip = StoredGzip() }
    }

    /// The next step; behind the last it is ``ReplyStep/stall``.
    mutating func next() -> ReplyStep {
        while true {
            if queueStart < queue.count {
                let step = queue[queueStart]
                queueStart += 1
                if queueStart == queue.count {
                    queue.removeAll(keepingCapacity: true)
                    queueStart = 0
                }
                return step
            }
            switch phase {
            case .start: start()
            case .body: body()
            case .trailer: finish()
            case .over: return .stall
            }
        }
    }

    /// What the answer costs when all of it is made; nil where the reply is no answer of a model.
    var usage: TokenUsage? { plan.status.code < 300 ? plan.usage : nil }

    // MARK: Phases

    private mutating func start() {
        if behaviour.drops {
            queue.append(.cut)
            phase = .over
            return
        }
        if behaviour.hangs {
            queue.append(.stall)
            phase = .over
            return
        }
        let delay = behaviour.headerDelay + (plan.isStream ? .zero : plan.generationDelay)
        if delay > .zero { queue.append(.wait(delay)) }
        queue.append(.head(plan.status, head()))
        if !plan.isStream { tokensMade = plan.usage?.completion ?? 0 }
        if plan.isStream {
            if behaviour.firstEventDelay > .zero { queue.append(.wait(behaviour.firstEventDelay)) }
            if behaviour.sse.hasByteOrderMark, plan.isServerSent { payload([0xEF, 0xBB, 0xBF]) }
        }
        phase = .body
    }

    private func head() -> HTTPHeaders {
        var headers = plan.headers
        if gzip != nil { headers.add(name: "content-encoding", value: "gzip") }
        if let length = contentLength() { headers.add(name: "content-length", value: String(length)) }
        switch behaviour.closing {
        case .announced: headers.add(name: "connection", value: "close")
        case .keepAlive, .silent: break
        }
        return headers
    }

    private func contentLength() -> Int? {
        guard case .whole(let segments) = plan.body, gzip == nil, behaviour.hasContentLength else { return nil }
        let length = segments.reduce(0) { $0 + $1.count }
        switch fault?.kind {
        case .end: return min(length, fault?.after ?? length)
        case .badFraming: return nil
        default: return length
        }
    }

    private mutating func body() {
        switch plan.body {
        case .events:
            if let fault, unitsSent >= fault.after {
                breakOff(fault)
                return
            }
            guard let event = source?.next() else {
                payload(lastEvent)
                // A token may be told by no event of its own, and an event of another choice is none of the pace.
                tokensMade = max(tokensMade, plan.usage?.completion ?? 0)
                phase = .trailer
                return
            }
            if behaviour.repeatsLastEvent { lastEvent = event.bytes }
            pace(event)
            payload(event.bytes)
            unitsSent += 1
        case .whole(let segments):
            if let fault, unitsSent >= fault.after {
                breakOff(fault)
                return
            }
            slice(segments)
        }
    }

    private mutating func pace(_ event: StreamEvent) {
        guard event.isToken else { return }
        tokensMade += 1
        let delay = tokensSent == 0 ? behaviour.firstTokenDelay : behaviour.tokenDelay
        if delay > .zero { queue.append(.wait(delay)) }
        tokensSent += 1
    }

    /// Sends the next slice of a whole body, up to the byte where the fault is.
    private mutating func slice(_ segments: [ReplyPlan.Segment]) {
        guard segmentIndex < segments.count else {
            phase = .trailer
            return
        }
        let segment = segments[segmentIndex]
        var length = min(segment.count - segmentOffset, Filler.blockBytes)
        if behaviour.isOneByteAtATime { length = min(length, 4096) }
        if let fault { length = min(length, fault.after - unitsSent) }
        switch segment {
        case .bytes(let bytes):
            let range = segmentOffset..<(segmentOffset + length)
            if isCorrupted {
                payload([UInt8](repeating: UInt8(ascii: "#"), count: length))
            } else if length == bytes.count {
                payload(bytes)
            } else {
                payload(bytes[range])
            }
        case .filler:
            if gzip == nil, !flushesEachStep, !isCorrupted {
                if length > 0 { queue.append(.filler(length)) }
            } else {
                payload(isCorrupted ? [UInt8](repeating: UInt8(ascii: "#"), count: length) : Filler.bytes(length))
            }
        }
        unitsSent += length
        segmentOffset += length
        if segmentOffset >= segment.count {
            segmentIndex += 1
            segmentOffset = 0
        }
    }

    private mutating func breakOff(_ fault: Behaviour.Fault) {
        self.fault = nil
        switch fault.kind {
        case .cut:
            queue.append(.cut)
            phase = .over
        case .reset:
            queue.append(.reset)
            phase = .over
        case .stall:
            queue.append(.stall)
            phase = .over
        case .badFraming:
            queue.append(.raw(Array("zz\r\nnot a chunk\r\n".utf8)))
            queue.append(.cut)
            phase = .over
        case .end:
            phase = .trailer
        case .error:
            // A whole body has no events; its errors are statuses.
            guard let source else { return }
            payload(source.errorEvent())
            phase = .trailer
        case .malformed:
            if let source { payload(source.malformedEvent()) } else { isCorrupted = true }
        }
    }

    private mutating func finish() {
        if let trailer = gzip?.trailer() { bare(trailer[...]) }
        queue.append(.end(isClosing: behaviour.closing != .keepAlive))
        phase = .over
    }

    // MARK: Bytes

    private mutating func payload(_ bytes: [UInt8]) {
        payload(bytes[...])
    }

    private mutating func payload(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        if let blocks = gzip?.blocks(bytes) { bare(blocks[...]) } else { bare(bytes) }
    }

    private mutating func bare(_ bytes: ArraySlice<UInt8>) {
        guard !behaviour.isOneByteAtATime else {
            for index in bytes.indices { queue.append(.bytes(bytes[index...index])) }
            return
        }
        var rest = bytes
        if behaviour.splitsCharacters {
            // Behind the first byte of each character of several.
            while let lead = rest.firstIndex(where: { $0 >= 0xC0 }) {
                queue.append(.bytes(rest[...lead]))
                rest = rest[(lead + 1)...]
            }
        }
        if !rest.isEmpty { queue.append(.bytes(rest)) }
    }
}
