import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

/// What becomes of one provider's answer: which head the client gets, what is read in passing, and the settlement.
final class AnswerTransducer: RelayTransducer {
    /// A refusal's body is kept up to this size.
    private static let refusalLimit = 256 * 1024
    /// A decoded answer may be this long at most.
    private static let decodedLimit = 256 * 1024 * 1024
    /// Answers shorter than this are not worth compressing.
    private static let compressionThreshold = 1024
    /// A JSON answer is kept back until so much of it came, or all: up to here it can still be another target's, or an error.
    private static let stagedBytes = 16 * 1024
    /// A stream that said nothing in so many bytes has begun all the same.
    private static let silenceLimit = 64 * 1024

    private let attempt: AttemptState
    private let state: ExchangeState
    private let outbound: OutboundRequest
    private var status = 0
    // A stream has the first of these; a whole answer the others, where they are needed.
    private var stream: StreamTap?
    private var decoded: DecodedTap?
    private var whole: WholeTap?
    private var inflater: Inflater?
    private var deflater: Deflater?
    /// The head of a stream that waits for its first event.
    private var heldHead: ResponseHead?
    private var silentBytes = 0
    /// The error that a stream began with, before anything of an answer.
    private(set) var firstError: NeutralError?

    init(_ attempt: AttemptState, outbound: OutboundRequest) {
        self.attempt = attempt
        self.state = attempt.state
        self.outbound = outbound
    }

    // MARK: Head

    func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision {
        self.attempt.headArrived(status: status)
        self.status = status
        guard (200..<300).contains(status) else { return .collect(limitBytes: Self.refusalLimit) }
        let fields = ResponseHeaderFilter(headers)
        if let encoding = fields.contentEncoding, !encoding.isField("identity") {
            guard encoding.isField("gzip") || encoding.isField("deflate") || encoding.isField("x-gzip"),
                let decoder = Inflater(limitBytes: Self.decodedLimit)
            else {
                return .fail(UpstreamError(.malformed, "The upstream's answer has an encoding that was not asked for."))
            }
            self.inflater = decoder
        }
        var head = ResponseHead(status: status, headers: HTTPHeaders(fields.kept))
        self.state.decorate(&head.headers, attempt: self.attempt)
        // A provider that streams nothing where a stream was asked for is passed on as it is.
        let isWhole = MediaType.isJSON(fields.contentType) && !self.outbound.isArrayStream
        if self.outbound.wantsStream, !isWhole, let reader = self.decodingReader {
            self.beginStream(&head)
            self.decoded = DecodedTap(reader)
            return .hold
        }
        if MediaType.isEventStream(fields.contentType) {
            self.beginStream(&head)
            self.stream = StreamTap(
                kind: self.streamKind,
                withholdsUsage: self.outbound.withholdsUsage,
                choices: self.outbound.choices
            )
            return .hold
        }
        self.receiveWhole(&head, fields)
        return self.whole == nil ? .commit(head) : .stage(head, bytes: Self.stagedBytes)
    }

    private func beginStream(_ head: inout ResponseHead) {
        self.attempt.record.isStreamed = true
        head.headers.replaceOrAdd(name: "cache-control", value: "no-cache")
        head.headers.replaceOrAdd(name: "x-accel-buffering", value: "no")
        self.heldHead = head
    }

    /// What reads the stream of a dialect that has no scan of its own.
    private var decodingReader: (any ChatStreamReader)? {
        guard self.streamKind == .opaque, self.outbound.surface.operation == .chat,
            let codec = DialectRegistry.chat(self.outbound.surface.dialect)
        else { return nil }
        return codec.makeStreamReader(
            ResponseReading(
                model: self.attempt.record.targetModel ?? "",
                identifiers: NeutralIdentifiers(seed: 0, 0),
                request: NeutralRequest(messages: [])
            )
        )
    }

    private func receiveWhole(_ head: inout ResponseHead, _ fields: ResponseHeaderFilter) {
        if MediaType.isJSON(fields.contentType) {
            if self.state.snapshot.isCompressionEnabled { head.headers.add(name: "vary", value: "accept-encoding") }
            if self.state.acceptsCompression, (fields.contentLength ?? .max) >= Self.compressionThreshold,
                let encoder = Deflater()
            {
                self.deflater = encoder
                head.headers.add(name: "content-encoding", value: "gzip")
            }
            self.whole = WholeTap(
                dialect: self.outbound.surface.dialect,
                declaredLength: self.inflater == nil ? fields.contentLength : nil
            )
        }
        if self.inflater == nil, self.deflater == nil { head.bodyLength = fields.contentLength }
    }

    private var streamKind: StreamTap.Kind {
        switch self.outbound.surface {
        case .chat, .completions: .chat
        case .responses: .responses
        case .messages: .anthropic
        default: .opaque
        }
    }

    // MARK: Body

    func receive(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep {
        var piece = piece
        if let inflater = self.inflater {
            do throws(UpstreamError) {
                piece = try inflater.decode(piece)
            } catch {
                return RelayStep(.fail(error))
            }
        }
        if let seen = self.decoded?.feed(piece) {
            self.attempt.record.streamBytes += piece.readableBytes
            output.append(piece)
            return self.step(seen, piece: piece, into: &output)
        }
        if let seen = self.stream?.feed(piece, into: &output) {
            self.attempt.record.streamBytes += piece.readableBytes
            if seen.hasContent { self.attempt.firstByte() }
            return self.step(seen, piece: piece)
        }
        self.attempt.firstByte()
        self.whole?.feed(piece)
        output.append(self.deflater?.encode(piece) ?? piece)
        return RelayStep()
    }

    private func step(_ seen: DecodedTap.Seen, piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep {
        if seen.hasContent { self.attempt.firstByte() }
        var step = RelayStep(hasEvent: seen.hasEvent, hasContent: seen.hasContent, isTerminal: seen.isDone)
        guard let head = self.heldHead else { return step }
        if seen.beginsWithError {
            self.firstError = self.decoded?.error
            step.decision = .refuse(ByteBuffer())
            step.isTerminal = false
            output.removeAll()
            return step
        }
        self.silentBytes += seen.hasEvent ? 0 : piece.readableBytes
        if seen.hasEvent || self.silentBytes > Self.silenceLimit {
            step.decision = .commit(head)
            self.heldHead = nil
        }
        return step
    }

    private func step(_ seen: StreamTap.Seen, piece: ByteBuffer) -> RelayStep {
        var step = RelayStep(
            hasEvent: seen.events > 0,
            hasContent: seen.hasContent,
            // After an error event nothing of the answer can follow.
            isTerminal: seen.isDone || seen.error != nil
        )
        guard let head = self.heldHead else { return step }
        if seen.first == .error, let error = seen.error {
            step.decision = .refuse(ByteBuffer(bytes: self.body(ofErrorEvent: error)))
            step.isTerminal = false
            return step
        }
        self.silentBytes += seen.events > 0 ? 0 : piece.readableBytes
        if seen.events > 0 || self.silentBytes > Self.silenceLimit {
            step.decision = .commit(head)
            self.heldHead = nil
        }
        return step
    }

    /// The data of an error event as the body that an error has: Responses keeps it within the response.
    private func body(ofErrorEvent data: [UInt8]) -> [UInt8] {
        guard self.stream?.kind == .responses, let document = try? JSONDocument(parsing: data),
            let error = document.root["response"]?["error"], error.kind == .object
        else { return data }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.raw(error.rawBytes)
        writer.endObject()
        return writer.take()
    }

    func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError? {
        if let inflater = self.inflater, !inflater.isComplete {
            return UpstreamError(.cut, "The upstream's compressed answer is not whole.")
        }
        if let isWhole = self.decoded?.finish() {
            return isWhole
                ? nil : UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
        }
        if self.stream != nil { return self.endStream(into: &output) }
        self.whole?.finish()
        if let deflater = self.deflater { output.append(deflater.finish()) }
        return nil
    }

    private func endStream(into output: inout [ByteBuffer]) -> UpstreamError? {
        self.stream?.finish(into: &output)
        guard let stream = self.stream, !stream.isDone, !stream.hasFailed, stream.kind != .opaque else { return nil }
        guard stream.kind != .responses, stream.isFinished else {
            return UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
        }
        // It had finished, and forgot to say so.
        output.append(self.separated(stream.kind == .chat ? OpenAIChatStream.doneEvent : AnthropicStream.stopEvent))
        return nil
    }

    func receiveCut(into output: inout [ByteBuffer]) -> Bool {
        if let isWhole = self.decoded?.finish() { return isWhole }
        guard let stream = self.stream, stream.kind == .chat || stream.kind == .anthropic, stream.isFinished,
            !stream.hasFailed
        else {
            return false
        }
        return self.endStream(into: &output) == nil
    }

    func errorEvent(_ error: UpstreamError) -> ByteBuffer? {
        if self.decoded != nil { return self.decodedErrorEvent(error) }
        guard let stream = self.stream else { return nil }
        if stream.kind == .anthropic {
            let error = GatewayError(upstream: error).neutral
            return self.separated(AnthropicStream.errorEvent(error, requestID: self.state.record.requestID))
        }
        let body = OpenAIErrorBody(GatewayError(upstream: error))
        guard stream.kind == .responses else { return self.separated(OpenAIChatStream.errorEvent(body)) }
        // Clients of this surface wait for a terminal event of the response itself.
        let response = stream.response
        return self.separated(
            OpenAIResponsesStream.failedEvent(
                body,
                responseID: response?["id"]?.stringValue ?? "resp_\(self.state.record.requestID)",
                createdAt: response?["created_at"]?.intValue ?? 0,
                model: response?["model"]?.stringValue ?? self.attempt.record.targetModel ?? "",
                sequenceNumber: stream.nextSequenceNumber
            )
        )
    }

    /// An error in a dialect that has no scan of its own. A cut within a binary frame or within an array of chunks cannot be
    /// mended: there the cut itself is what tells the client.
    private func decodedErrorEvent(_ error: UpstreamError) -> ByteBuffer? {
        let surface = self.outbound.surface
        guard surface.dialect != .bedrock, !self.outbound.isArrayStream,
            let codec = DialectRegistry.chat(surface.dialect)
        else { return nil }
        var writer = codec.makeStreamWriter(
            ResponseWriting(
                model: self.state.record.model ?? "",
                now: Int(WallClock.secondsSince1970()),
                requestID: self.state.record.requestID,
                identifiers: NeutralIdentifiers(seed: 0, 0),
                seal: self.state.snapshot.seal,
                request: NeutralRequest(messages: [])
            )
        )
        // What the upstream left unfinished is ended first. A line of JSON is ended by one line feed, and there are no empty
        // ones; an event by two.
        var bytes: [UInt8] = []
        if surface.dialect.family != .ollama {
            bytes = Array("\n\n".utf8)
        } else if self.decoded?.isInsideLine == true {
            bytes = [UInt8(ascii: "\n")]
        }
        writer.write(.error(GatewayError(upstream: error).neutral), into: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    /// An event of the gateway's own. An event that the upstream left unfinished is ended first, so that this one stands alone.
    private func separated(_ event: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        if self.stream?.hasUnfinishedOutput == true { buffer.writeString("\n\n") }
        buffer.writeBytes(event)
        return buffer
    }

    // MARK: Settlement

    func settle(_ outcome: RelayOutcome) {
        self.attempt.record.usage = self.stream?.usage ?? self.decoded?.usage ?? self.whole?.usage
        self.attempt.record.finishReason =
            self.stream?.finishReason ?? self.decoded?.finishReason ?? self.whole?.finishReason
        self.attempt.record.streamEvents = self.stream?.events ?? self.decoded?.events ?? 0
        switch outcome {
        case .complete where self.stream?.hasFailed == true || self.decoded?.hasFailed == true:
            self.attempt.record.upstreamErrorType = "error_event"
            self.attempt.settle(status: GatewayError.Kind.upstreamBroke.status, error: .upstreamBroke)
        case .complete:
            self.attempt.settle(status: self.status)
        case .failed(let error):
            let shown = GatewayError(upstream: error)
            self.attempt.record.upstreamErrorType = error.kind.rawValue
            self.attempt.settle(status: shown.status, error: shown.kind)
        case .clientGone:
            self.attempt.settle(status: 499, error: .clientClosed)
        }
    }
}
