import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

/// What becomes of one provider's answer: which head the client gets, what is read in passing, and the settlement.
final class AnswerTransducer: RelayTransducer {
    private enum Body {
        case unknown
        case stream(StreamTap, head: ResponseHead?)
        case whole(WholeTap?, Inflater?, Deflater?)
    }

    /// A refusal's body is kept up to this size.
    private static let refusalLimit = 256 * 1024
    /// A decoded answer may be this long at most.
    private static let decodedLimit = 256 * 1024 * 1024
    /// Answers shorter than this are not worth compressing.
    private static let compressionThreshold = 1024
    /// A stream that said nothing in so many bytes has begun all the same.
    private static let silenceLimit = 64 * 1024

    private let state: ExchangeState
    private let outbound: OutboundRequest
    private let sentAt: NIODeadline
    private var body = Body.unknown
    private var status = 0
    private var silentBytes = 0

    init(state: ExchangeState, outbound: OutboundRequest, sentAt: NIODeadline) {
        self.state = state
        self.outbound = outbound
        self.sentAt = sentAt
    }

    // MARK: Head

    func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision {
        self.state.record.upstreamNanoseconds = (.now() - self.sentAt).nanoseconds
        self.state.record.upstreamStatus = status
        self.status = status
        guard (200..<300).contains(status) else { return .collect(limitBytes: Self.refusalLimit) }
        var inflater: Inflater?
        if let encoding = headers.first(name: "content-encoding"), !encoding.isField("identity") {
            guard encoding.isField("gzip") || encoding.isField("deflate") || encoding.isField("x-gzip"),
                let decoder = Inflater(limitBytes: Self.decodedLimit)
            else {
                return .fail(UpstreamError(.malformed, "The upstream's answer has an encoding that was not asked for."))
            }
            inflater = decoder
        }
        let type = headers.first(name: "content-type")
        var head = ResponseHead(status: status, headers: ResponseHeaderFilter.filter(headers))
        self.state.decorate(&head.headers)
        if MediaType.isEventStream(type), inflater == nil {
            self.state.record.isStreamed = true
            head.headers.replaceOrAdd(name: "cache-control", value: "no-cache")
            head.headers.replaceOrAdd(name: "x-accel-buffering", value: "no")
            let tap = StreamTap(kind: self.streamKind, withholdsUsage: self.outbound.withholdsUsage)
            self.body = .stream(tap, head: head)
            return .hold
        }
        let length = headers.first(name: "content-length").flatMap { Int($0) }
        let isJSON = MediaType.isJSON(type)
        var deflater: Deflater?
        if isJSON, self.state.acceptsCompression, (length ?? .max) >= Self.compressionThreshold {
            deflater = Deflater()
        }
        if deflater != nil {
            head.headers.add(name: "content-encoding", value: "gzip")
        }
        if isJSON, self.state.snapshot.isCompressionEnabled { head.headers.add(name: "vary", value: "accept-encoding") }
        if inflater == nil, deflater == nil { head.bodyLength = length }
        let tap = isJSON ? WholeTap(declaredLength: inflater == nil ? length : nil) : nil
        self.body = .whole(tap, inflater, deflater)
        return .commit(head)
    }

    private var streamKind: StreamTap.Kind {
        switch self.outbound.surface {
        case .chat, .completions: .chat
        case .responses: .responses
        default: .opaque
        }
    }

    // MARK: Body

    func receive(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep {
        switch self.body {
        case .stream(var tap, let head):
            self.body = .unknown
            let seen = tap.feed(piece, into: &output)
            self.state.record.streamBytes += piece.readableBytes
            let step = self.step(seen, head: head, piece: piece)
            if case .commit = step.decision {
                self.state.firstByte(now: .now())
                self.body = .stream(tap, head: nil)
            } else {
                self.body = .stream(tap, head: head)
            }
            return step
        case .whole(var tap, let inflater, let deflater):
            self.body = .unknown
            self.state.firstByte(now: .now())
            var piece = piece
            if let inflater {
                do throws(UpstreamError) {
                    piece = try inflater.decode(piece)
                } catch {
                    return RelayStep(.fail(error))
                }
            }
            tap?.feed(piece)
            output.append(deflater?.encode(piece) ?? piece)
            self.body = .whole(tap, inflater, deflater)
            return RelayStep()
        case .unknown:
            return RelayStep()
        }
    }

    private func step(_ seen: StreamTap.Seen, head: ResponseHead?, piece: ByteBuffer) -> RelayStep {
        var step = RelayStep(hasEvent: seen.events > 0, hasContent: seen.hasContent, isTerminal: seen.isDone)
        guard let head else {
            if seen.error != nil { step.isTerminal = true }
            return step
        }
        if seen.first == .error, let error = seen.error {
            step.decision = .refuse(ByteBuffer(bytes: error))
        } else if seen.events > 0 {
            step.decision = .commit(head)
        } else {
            self.silentBytes += piece.readableBytes
            if self.silentBytes > Self.silenceLimit { step.decision = .commit(head) }
        }
        return step
    }

    func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError? {
        switch self.body {
        case .stream(var tap, let head):
            _ = tap.finish(into: &output)
            self.body = .stream(tap, head: head)
            if tap.isDone || tap.hasFailed || tap.kind == .opaque { return nil }
            guard tap.kind == .chat, tap.finishReason != nil else {
                return UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
            }
            // It had finished, and forgot to say so.
            output.append(ByteBuffer(bytes: OpenAIChatStream.doneEvent))
            return nil
        case .whole(var tap, let inflater, let deflater):
            tap?.finish()
            self.body = .whole(tap, inflater, deflater)
            if let inflater, !inflater.isComplete {
                return UpstreamError(.cut, "The upstream's compressed answer is not whole.")
            }
            if let deflater { output.append(deflater.finish()) }
            return nil
        case .unknown:
            return nil
        }
    }

    func errorEvent(_ error: UpstreamError) -> ByteBuffer? {
        guard case .stream(let tap, _) = self.body else { return nil }
        let body = OpenAIErrorBody(GatewayError(upstream: error))
        switch tap.kind {
        case .responses:
            return ByteBuffer(bytes: OpenAIResponsesStream.errorEvent(body, sequenceNumber: tap.nextSequenceNumber))
        case .chat, .opaque:
            return ByteBuffer(bytes: OpenAIChatStream.errorEvent(body))
        }
    }

    // MARK: Settlement

    func settle(_ outcome: RelayOutcome) {
        var hasFailed = false
        switch self.body {
        case .stream(let tap, _):
            self.state.record.usage = tap.usage
            self.state.record.finishReason = tap.finishReason
            self.state.record.streamEvents = tap.events
            hasFailed = tap.hasFailed
        case .whole(let tap, _, _):
            self.state.record.usage = tap?.usage
            self.state.record.finishReason = tap?.finishReason
        case .unknown:
            break
        }
        switch outcome {
        case .complete where hasFailed:
            self.state.record.upstreamErrorType = "error_event"
            self.state.settle(status: self.status, error: .upstreamBroke)
        case .complete:
            self.state.settle(status: self.status)
        case .failed(let error):
            let shown = GatewayError(upstream: error)
            self.state.record.upstreamErrorType = error.kind.rawValue
            self.state.settle(status: shown.status, error: shown.kind)
        case .clientGone:
            self.state.settle(status: 499, error: .clientClosed)
        }
    }
}
