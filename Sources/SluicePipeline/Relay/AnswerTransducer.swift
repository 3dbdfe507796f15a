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

    private let attempt: AttemptState
    private let state: ExchangeState
    private let outbound: OutboundRequest
    private let terms: AnswerTerms
    private var status = 0
    // A stream has the first of these; a whole answer the others, where they are needed.
    private var stream: StreamTap?
    private var decoded: DecodedTap?
    private var whole: WholeTap?
    private var inflater: Inflater?
    private var deflater: Deflater?
    /// Puts the client's name for the model into the answer, where the provider was asked for another.
    private var modelName: AnswerModelName?
    /// The head of a stream that has not begun.
    private var heldHead: ResponseHead?
    private var declaredLength: Int?
    private var wholeBytes = 0
    /// How many bytes of a whole answer are for the client, as long as it has not begun.
    private var stagedBytes = 0
    /// The error that came before anything of an answer.
    private(set) var firstError: NeutralError?

    init(
        _ attempt: AttemptState,
        outbound: OutboundRequest,
        terms: AnswerTerms = AnswerTerms()
    ) {
        self.attempt = attempt
        self.state = attempt.state
        self.outbound = outbound
        self.terms = terms
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
            self.decoded = DecodedTap(reader, hold: self.terms.hold)
            self.modelName = self.makeModelName(
                isStream: true, isEvents: self.outbound.surface.dialect == .gemini && !self.outbound.isArrayStream)
            return .hold
        }
        if MediaType.isEventStream(fields.contentType) {
            self.beginStream(&head)
            self.stream = StreamTap(
                kind: self.streamKind,
                withholdsUsage: self.outbound.withholdsUsage,
                choices: self.outbound.choices,
                hold: self.terms.hold
            )
            if self.streamKind != .opaque { self.modelName = self.makeModelName(isStream: true, isEvents: true) }
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

    /// Only where the provider was asked for another name than the client's.
    private func makeModelName(isStream: Bool, isEvents: Bool) -> AnswerModelName? {
        guard !self.terms.exposesTargetModel, let name = self.state.record.model,
            let target = self.attempt.record.targetModel, target != name
        else { return nil }
        return AnswerModelName(name, dialect: self.outbound.surface.dialect, isStream: isStream, isEvents: isEvents)
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
            self.modelName = self.makeModelName(isStream: false, isEvents: false)
        }
        self.declaredLength = fields.contentLength
        if self.inflater == nil, self.deflater == nil, self.modelName == nil { head.bodyLength = fields.contentLength }
    }

    func finalHead(for staged: ResponseHead) -> ResponseHead {
        guard self.modelName != nil, self.deflater == nil else { return staged }
        var head = staged
        head.bodyLength = self.stagedBytes
        return head
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
        let start = output.count
        if let seen = self.decoded?.feed(piece, into: &output) {
            self.attempt.record.streamBytes += piece.readableBytes
            self.modelName?.rename(&output, from: start)
            return self.step(seen)
        }
        if let seen = self.stream?.feed(piece, into: &output) {
            self.attempt.record.streamBytes += piece.readableBytes
            self.modelName?.rename(&output, from: start)
            return self.step(seen)
        }
        self.attempt.firstByte()
        self.wholeBytes += piece.readableBytes
        self.whole?.feed(piece)
        guard self.modelName != nil else {
            output.append(self.deflater?.encode(piece) ?? piece)
            return RelayStep()
        }
        self.modelName?.rename(piece, into: &output)
        for index in output.indices[start...] {
            self.stagedBytes += output[index].readableBytes
            if let deflater = self.deflater { output[index] = deflater.encode(output[index]) }
        }
        return RelayStep()
    }

    private func step(_ seen: DecodedTap.Seen) -> RelayStep {
        if seen.hasContent { self.attempt.firstByte() }
        var step = RelayStep(hasEvent: seen.hasEvent, hasContent: seen.hasContent, isTerminal: seen.isDone)
        guard let head = self.heldHead else { return step }
        if seen.isRefused {
            self.firstError = self.decoded?.error
            step.decision = .refuse(ByteBuffer())
            step.isTerminal = false
        } else if self.decoded?.gate.isOpen == true {
            step.decision = .commit(head)
            self.heldHead = nil
        }
        return step
    }

    private func step(_ seen: StreamTap.Seen) -> RelayStep {
        if seen.hasContent { self.attempt.firstByte() }
        var step = RelayStep(
            hasEvent: seen.events > 0,
            hasContent: seen.hasContent,
            // After an error event nothing of the answer can follow.
            isTerminal: seen.isDone || seen.error != nil
        )
        guard let head = self.heldHead else { return step }
        if seen.isRefused {
            step.isTerminal = false
            if let error = seen.error {
                step.decision = .refuse(ByteBuffer(bytes: self.body(ofErrorEvent: error)))
            } else {
                step.decision = .fail(UpstreamError(.malformed, "The upstream's stream begins with what is no event."))
            }
        } else if self.stream?.gate.isOpen == true {
            step.decision = .commit(head)
            self.heldHead = nil
        }
        return step
    }

    func releaseHold() -> ResponseHead? {
        self.stream?.gate.open()
        self.decoded?.gate.open()
        defer { self.heldHead = nil }
        return self.heldHead
    }

    /// A stream that ended before it had begun may be whole all the same: an answer without content.
    var headAtEnd: ResponseHead? {
        let isAnswer = self.stream.map { $0.events > 0 && !$0.hasFailed } ?? self.decoded.map { !$0.hasFailed } ?? false
        return isAnswer ? self.heldHead : nil
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
        if self.decoded != nil {
            if self.endDecoded(into: &output) { return nil }
            if self.heldHead != nil { self.firstError = self.decoded?.error }
            return UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
        }
        if self.stream != nil { return self.endStream(into: &output) }
        self.whole?.finish()
        if let deflater = self.deflater { output.append(deflater.finish()) }
        return nil
    }

    /// Whether nothing of the answer is missing; an array that lacks its bracket alone gets it.
    private func endDecoded(into output: inout [ByteBuffer]) -> Bool {
        guard self.decoded?.finish() == true else { return false }
        if self.heldHead != nil, self.decoded?.hasFailed == true { return false }
        if case .inArray(isCommaDue: true)? = self.decoded?.standing { output.append(ByteBuffer(string: "]")) }
        return true
    }

    private func endStream(into output: inout [ByteBuffer]) -> UpstreamError? {
        let start = output.count
        self.stream?.finish(into: &output)
        self.modelName?.rename(&output, from: start)
        guard let stream = self.stream, !stream.isDone, !stream.hasFailed, stream.kind != .opaque else { return nil }
        guard stream.kind != .responses, stream.isFinished else {
            return UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
        }
        // It had finished, and forgot to say so.
        output.append(self.separated(stream.kind == .chat ? OpenAIChatStream.doneEvent : AnthropicStream.stopEvent))
        return nil
    }

    func receiveCut(into output: inout [ByteBuffer]) -> Bool {
        if self.decoded != nil { return self.endDecoded(into: &output) }
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
                model: self.modelName == nil
                    ? response?["model"]?.stringValue ?? self.attempt.record.targetModel ?? ""
                    : self.state.record.model ?? "",
                sequenceNumber: stream.nextSequenceNumber
            )
        )
    }

    /// An error in a dialect that has no scan of its own. A cut within a binary frame or within an element of an array cannot
    /// be mended: there the cut itself is what tells the client.
    private func decodedErrorEvent(_ error: UpstreamError) -> ByteBuffer? {
        let surface = self.outbound.surface
        guard let standing = self.decoded?.standing, let codec = DialectRegistry.chat(surface.dialect) else {
            return nil
        }
        var bytes: [UInt8] = []
        switch (surface.dialect.family, standing) {
        case (.gemini, .inArray(let isCommaDue)):
            let shown = GatewayError(upstream: error).neutral
            bytes = Array((isCommaDue ? ",\r\n" : "").utf8)
            bytes += codec.writeError(shown, requestID: self.state.record.requestID).body
            bytes.append(UInt8(ascii: "]"))
            return ByteBuffer(bytes: bytes)
        case (_, .between): break
        case (.bedrock, _): return nil
        case (.gemini, _) where self.outbound.isArrayStream: return nil
        // What the upstream left unfinished is ended first: a line by one line feed, since there are no empty ones, an event
        // by two.
        case (.ollama, _): bytes = [UInt8(ascii: "\n")]
        default: bytes = Array("\n\n".utf8)
        }
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

    // MARK: Silence and leaving

    func ping() -> ByteBuffer? {
        if let stream = self.stream { return StreamPing.bytes(behind: stream) }
        return self.decoded.flatMap { StreamPing.bytes(behind: $0, dialect: self.outbound.surface.dialect) }
    }

    var isMostlyDone: Bool {
        AnswerProgress(
            isFinished: self.stream?.isFinished ?? (self.decoded?.finishReason != nil),
            contentEvents: self.stream?.content.events ?? self.decoded?.content.events ?? 0,
            outputTokenLimit: self.terms.outputTokenLimit,
            bytes: self.wholeBytes,
            declaredLength: self.declaredLength
        ).isMostlyDone
    }

    // MARK: Settlement

    var tally: AnswerTally {
        self.stream?.tally ?? self.decoded?.tally
            ?? AnswerTally(reported: self.whole?.usage, wholeBytes: self.wholeBytes)
    }

    func settle(_ outcome: RelayOutcome) {
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
        case .drained:
            self.attempt.record.isDrained = self.stream?.hasFailed != true && self.decoded?.hasFailed != true
            self.attempt.settle(status: 499, error: .clientClosed)
        case .clientGone:
            self.attempt.settle(status: 499, error: .clientClosed)
        }
    }
}
