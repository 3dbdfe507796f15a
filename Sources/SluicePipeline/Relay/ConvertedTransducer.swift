import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

/// What becomes of an answer in another dialect than the client's: read, converted, and settled.
///
/// A stream is converted event by event, in the chunk in which it comes. A whole answer is collected first.
final class ConvertedTransducer: RelayTransducer {
    /// A refusal's body is kept up to this size.
    private static let refusalLimit = 256 * 1024
    /// A whole answer may be this long.
    private static let wholeLimit = 64 * 1024 * 1024
    /// Answers shorter than this are not worth compressing.
    private static let compressionThreshold = 1024

    private enum Form {
        case unknown
        /// A stream for a client that wants one.
        case stream
        /// A whole answer, whatever the client wants.
        case whole
        /// A stream for a client that wants a whole answer.
        case assembled
    }

    private let attempt: AttemptState
    private let state: ExchangeState
    private let conversion: AnswerConversion
    private let wantsStream: Bool
    private let terms: AnswerTerms
    private var gate: CommitGate
    private var reader: (any ChatStreamReader)?
    private var writer: (any ChatStreamWriter)?
    private var form = Form.unknown
    private var status = 0
    private var inflater: Inflater?
    private var collected: [UInt8] = []
    private var wholeBytes = 0
    private var assembler = NeutralAssembler()
    private var assembledBytes = 0
    private var events: [NeutralEvent] = []
    private var eventCount = 0
    private var content = DeliveredContent()
    /// The content that came before the usage was reported the last time.
    private var reportedContent = DeliveredContent()
    private var declaredLength: Int?
    private var written: [UInt8] = []
    /// The head of the client's answer, until it has begun.
    private var heldHead: ResponseHead?
    /// The head of a stream that had begun when its end came.
    private(set) var headAtEnd: ResponseHead?
    private var usage: TokenUsage?
    private var finishReason: String?
    private var losses = ConversionLosses()
    private var isEnded = false
    private var hasFailed = false
    /// The error that came before anything of an answer.
    private(set) var firstError: NeutralError?

    init(
        _ attempt: AttemptState,
        conversion: AnswerConversion,
        wantsStream: Bool,
        terms: AnswerTerms = AnswerTerms()
    ) {
        self.attempt = attempt
        self.state = attempt.state
        self.conversion = conversion
        self.wantsStream = wantsStream
        self.terms = terms
        self.gate = CommitGate(terms.hold)
        self.losses = conversion.losses
    }

    // MARK: Head

    func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision {
        self.attempt.headArrived(status: status)
        self.status = status
        guard (200..<300).contains(status) else { return .collect(limitBytes: Self.refusalLimit) }
        let fields = ResponseHeaderFilter(headers)
        if let encoding = fields.contentEncoding, !encoding.isField("identity") {
            guard encoding.isField("gzip") || encoding.isField("deflate") || encoding.isField("x-gzip"),
                let decoder = Inflater(limitBytes: Self.wholeLimit)
            else {
                return .fail(UpstreamError(.malformed, "The upstream's answer has an encoding that was not asked for."))
            }
            self.inflater = decoder
        }
        let surface = self.state.record.surface
        var head = ResponseHead(
            status: 200,
            headers: HTTPHeaders(
                VendorHeaders.translated(
                    fields.kept, from: self.conversion.target, to: surface.dialect,
                    now: WallClock.secondsSince1970())
            )
        )
        self.state.decorate(&head.headers, attempt: self.attempt)
        // A JSON type is a whole answer; whatever else a provider calls its stream is one.
        guard let makeStream = self.conversion.stream, !MediaType.isJSON(fields.contentType),
            self.wantsStream || MediaType.isStream(fields.contentType)
        else {
            self.form = .whole
            self.declaredLength = fields.contentLength
            self.heldHead = head
            return .stage(head, bytes: .max)
        }
        let stream = makeStream()
        self.reader = stream.reader
        guard self.wantsStream else {
            self.form = .assembled
            self.heldHead = head
            return .stage(head, bytes: .max)
        }
        self.form = .stream
        self.heldHead = self.streamHead(head, stream.writer)
        self.writer = stream.writer
        return .hold
    }

    private func streamHead(_ head: ResponseHead, _ writer: any ChatStreamWriter) -> ResponseHead {
        self.attempt.record.isStreamed = true
        var head = head
        head.headers.replaceOrAdd(name: "content-type", value: writer.contentType)
        head.headers.replaceOrAdd(name: "cache-control", value: "no-cache")
        head.headers.replaceOrAdd(name: "x-accel-buffering", value: "no")
        if let warnings = self.losses.header { head.headers.add(name: "x-sluice-warnings", value: warnings) }
        return head
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
        switch self.form {
        case .whole:
            guard self.collected.count + piece.readableBytes <= Self.wholeLimit else {
                return RelayStep(.fail(UpstreamError(.malformed, "The upstream's answer is too long to be converted.")))
            }
            self.collected.append(contentsOf: piece.readableBytesView)
            self.wholeBytes += piece.readableBytes
            return RelayStep()
        case .assembled:
            self.assembledBytes += piece.readableBytes
            guard self.assembledBytes <= Self.wholeLimit else {
                return RelayStep(.fail(UpstreamError(.malformed, "The upstream's answer is too long to be converted.")))
            }
            self.reader?.read(piece.readableBytesUInt8Span, into: &self.events)
            for event in self.events { self.assemble(event) }
            self.events.removeAll(keepingCapacity: true)
            guard let error = self.assembler.error else { return RelayStep() }
            self.firstError = error
            return RelayStep(.fail(UpstreamError(.malformed, error.message)))
        case .stream, .unknown:
            self.attempt.record.streamBytes += piece.readableBytes
            self.reader?.read(piece.readableBytesUInt8Span, into: &self.events)
            var step = self.convert(into: &output)
            guard self.heldHead != nil, self.firstError == nil else { return step }
            self.gate.take(bytes: piece.readableBytes)
            // A stream without an event has no bytes of the client's dialect to begin with.
            if self.gate.isOpen, self.eventCount > 0, let head = self.releaseHold() { step.decision = .commit(head) }
            return step
        }
    }

    /// Converts the events that were read.
    private func convert(into output: inout [ByteBuffer]) -> RelayStep {
        var step = RelayStep()
        for event in self.events {
            if self.heldHead != nil {
                if case .error(let error) = event {
                    self.firstError = error
                    self.events.removeAll(keepingCapacity: true)
                    return RelayStep(.refuse(ByteBuffer()), hasEvent: true)
                }
                self.gate.take(hasContent: event.hasContent, isEnd: event.isEnd)
                if self.gate.isOpen, let head = self.releaseHold() { step.decision = .commit(head) }
            }
            self.note(event, &step)
            self.writer?.write(event, into: &self.written)
        }
        self.events.removeAll(keepingCapacity: true)
        // The writer may end the stream itself: what came cannot be said in the client's dialect.
        if !self.hasFailed, let error = self.writer?.failure { self.note(.error(error), &step) }
        guard !self.written.isEmpty else { return step }
        if step.hasContent { self.attempt.firstByte() }
        output.append(ByteBuffer(bytes: self.written))
        self.written.removeAll(keepingCapacity: true)
        return step
    }

    func releaseHold() -> ResponseHead? {
        self.gate.open()
        guard let head = self.heldHead else { return nil }
        self.headAtEnd = head
        self.heldHead = nil
        return head
    }

    private func assemble(_ event: NeutralEvent) {
        self.count(event)
        self.assembler.take(event)
    }

    /// Counts what an event brings, and notes the usage that it reports.
    private func count(_ event: NeutralEvent) {
        if event.hasContent { self.content.add(bytes: event.contentBytes) }
        switch event {
        case .start(let start): self.usage = start.usage ?? self.usage
        case .usage(let usage):
            self.usage = usage
            self.reportedContent = self.content
        default: break
        }
    }

    private func note(_ event: NeutralEvent, _ step: inout RelayStep) {
        self.eventCount += 1
        step.hasEvent = true
        if event.hasContent { step.hasContent = true }
        self.count(event)
        switch event {
        case .finish(let finish): self.finishReason = finish.vendorWord ?? finish.reason.rawValue
        case .end:
            self.isEnded = true
            step.isTerminal = true
        case .error(let error):
            self.hasFailed = true
            self.attempt.record.upstreamErrorType = error.code ?? error.kind.rawValue
            step.isTerminal = true
        case .start, .usage, .partStart, .delta, .partEnd, .signature, .annotation, .ping: break
        }
    }

    // MARK: End

    func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError? {
        if let inflater = self.inflater, !inflater.isComplete {
            return UpstreamError(.cut, "The upstream's compressed answer is not whole.")
        }
        switch self.form {
        case .whole: return self.endWhole(into: &output)
        case .assembled: return self.endAssembled(into: &output)
        case .stream, .unknown: return self.endStream(into: &output)
        }
    }

    private func endStream(into output: inout [ByteBuffer]) -> UpstreamError? {
        guard !self.isEnded, !self.hasFailed else { return nil }
        self.reader?.finish(into: &self.events)
        _ = self.convert(into: &output)
        guard self.isEnded || (self.hasFailed && self.firstError == nil) else {
            return UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
        }
        return nil
    }

    private func endWhole(into output: inout [ByteBuffer]) -> UpstreamError? {
        do throws(JSONError) {
            let document = try JSONDocument(parsing: self.collected)
            self.collected = []
            return self.answer(with: document, into: &output)
        } catch {
            return UpstreamError(.malformed, "The upstream's answer is not valid JSON: \(error.message).")
        }
    }

    private func answer(with document: JSONDocument, into output: inout [ByteBuffer]) -> UpstreamError? {
        do throws(ConversionError) {
            if self.wantsStream, let neutral = self.conversion.neutral, let stream = self.conversion.stream?() {
                // The client wants a stream and the provider made none: all of it in one go.
                let response = try neutral(document)
                self.usage = response.usage
                self.finishReason = response.finish.vendorWord ?? response.finish.reason.rawValue
                var writer = stream.writer
                for event in response.events { writer.write(event, into: &self.written) }
                if let error = writer.failure { return UpstreamError(.malformed, error.message) }
                self.losses.merge(writer.losses)
                if let head = self.heldHead { self.heldHead = self.streamHead(head, writer) }
                output.append(ByteBuffer(bytes: self.written))
                self.attempt.firstByte()
                return nil
            }
            self.finish(with: try self.conversion.whole(document), into: &output)
            return nil
        } catch {
            self.firstError = self.answered(document)
            return UpstreamError(.malformed, error.message)
        }
    }

    /// The error that a provider sent with a status that says success.
    private func answered(_ document: JSONDocument) -> NeutralError? {
        let root = document.root
        // Amazon's and Cohere's errors are a message and nothing else; their answers have no text of that name.
        let isError =
            root["error"].map { !$0.isNull }
            ?? (root["type"]?.stringValue == "error" || root["message"]?.stringValue != nil)
        guard isError, let codec = DialectRegistry.chat(self.conversion.target) else { return nil }
        return codec.readError(status: 502, body: document.bytes, header: { _ in nil })
    }

    private func endAssembled(into output: inout [ByteBuffer]) -> UpstreamError? {
        self.reader?.finish(into: &self.events)
        for event in self.events { self.assemble(event) }
        self.events = []
        if let error = self.assembler.error {
            self.firstError = error
            return UpstreamError(.malformed, error.message)
        }
        guard let response = self.assembler.response, let written = self.conversion.written else {
            return UpstreamError(.cut, "The upstream ended its stream before the answer was complete.")
        }
        do throws(ConversionError) {
            self.finish(with: try written(response), into: &output)
            return nil
        } catch {
            return UpstreamError(.malformed, error.message)
        }
    }

    private func finish(with whole: AnswerConversion.Whole, into output: inout [ByteBuffer]) {
        self.usage = whole.usage
        self.finishReason = whole.finishReason
        self.losses.merge(whole.losses)
        var body = ByteBuffer(bytes: whole.body)
        if var head = self.heldHead {
            head.headers.replaceOrAdd(name: "content-type", value: "application/json")
            if let warnings = self.losses.header { head.headers.add(name: "x-sluice-warnings", value: warnings) }
            if self.state.snapshot.isCompressionEnabled { head.headers.add(name: "vary", value: "accept-encoding") }
            if self.state.acceptsCompression, body.readableBytes >= Self.compressionThreshold,
                let deflater = Deflater()
            {
                head.headers.add(name: "content-encoding", value: "gzip")
                var encoded = deflater.encode(body)
                encoded.writeImmutableBuffer(deflater.finish())
                body = encoded
            }
            head.bodyLength = body.readableBytes
            self.heldHead = head
        }
        self.attempt.firstByte()
        output.append(body)
    }

    func finalHead(for staged: ResponseHead) -> ResponseHead {
        self.heldHead ?? staged
    }

    func receiveCut(into output: inout [ByteBuffer]) -> Bool {
        guard self.form == .stream, !self.hasFailed else { return false }
        return self.endStream(into: &output) == nil
    }

    func errorEvent(_ error: UpstreamError) -> ByteBuffer? {
        guard self.form == .stream, self.writer != nil else { return nil }
        var bytes: [UInt8] = []
        self.writer?.write(.error(GatewayError(upstream: error).neutral), into: &bytes)
        return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
    }

    // MARK: Silence and leaving

    func ping() -> ByteBuffer? {
        guard self.form == .stream, !self.isEnded, !self.hasFailed else { return nil }
        var bytes: [UInt8] = []
        self.writer?.write(.ping, into: &bytes)
        return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
    }

    var isMostlyDone: Bool {
        AnswerProgress(
            isFinished: self.finishReason != nil,
            contentEvents: self.content.events,
            outputTokenLimit: self.terms.outputTokenLimit,
            bytes: self.collected.count,
            declaredLength: self.declaredLength
        ).isMostlyDone
    }

    // MARK: Settlement

    var tally: AnswerTally {
        if self.form == .whole { return AnswerTally(reported: self.usage, wholeBytes: self.wholeBytes) }
        return AnswerTally(reported: self.usage, unreported: self.content.since(self.reportedContent))
    }

    func settle(_ outcome: RelayOutcome) {
        if let reader = self.reader { self.losses.merge(reader.losses) }
        if let writer = self.writer { self.losses.merge(writer.losses) }
        self.attempt.record.finishReason = self.finishReason
        self.attempt.record.streamEvents = self.form == .stream ? self.eventCount : 0
        self.attempt.record.losses = self.losses
        switch outcome {
        case .complete where self.hasFailed:
            self.attempt.settle(status: GatewayError.Kind.upstreamBroke.status, error: .upstreamBroke)
        case .complete:
            self.attempt.settle(status: 200)
        case .failed(let error):
            let shown = GatewayError(upstream: error)
            self.attempt.record.upstreamErrorType = error.kind.rawValue
            self.attempt.settle(status: shown.status, error: shown.kind)
        case .drained:
            self.attempt.record.isDrained = !self.hasFailed
            self.attempt.settle(status: 499, error: .clientClosed)
        case .clientGone:
            self.attempt.settle(status: 499, error: .clientClosed)
        }
    }
}
