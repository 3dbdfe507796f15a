import NIOCore
import SluiceHTTP
import SluiceWire

/// Reads an upstream's event stream while it passes, and keeps back the usage chunk that only the gateway asked for.
///
/// The bytes of every other event go on as they came. Where nothing is kept back, they go on at once, whole event or not.
/// Behind the terminal event nothing goes on: a second one would be one too many.
struct StreamTap {
    /// Whose events they are.
    enum Kind {
        case chat
        case responses
        case anthropic
        /// A stream of another surface: its events are counted, not read.
        case opaque
    }

    /// What one piece held.
    struct Seen {
        var events = 0
        var hasContent = false
        var isDone = false
        /// The data of an error event.
        var error: [UInt8]?
        /// Whether the stream failed before the answer had begun: with that error, or with an event that makes no sense.
        var isRefused = false
    }

    /// Past this, an unfinished event is no usage chunk: its bytes are held back no longer.
    private static let heldLimit = 1024 * 1024

    private static let firstDataLimit = 64 * 1024

    let kind: Kind
    private(set) var usage: TokenUsage?
    private(set) var finishReason: String?
    private(set) var isDone = false
    private(set) var hasFailed = false
    /// Whether every choice said why it ended, as far as the events tell: nothing of the answer is missing.
    private(set) var isFinished = false
    private(set) var events = 0
    /// The content that passed.
    private(set) var content = DeliveredContent()
    /// The content that passed before the usage was reported the last time.
    private var reportedContent = DeliveredContent()
    private(set) var nextSequenceNumber = 0
    /// Whether the answer to the client has begun.
    var gate: CommitGate
    private let withholdsUsage: Bool
    private let choices: Int
    private var finishes = 0
    private var parser = SSEParser()
    /// Anthropic counts the prompt at the beginning and the answer at the end.
    private var counts = AnthropicUsageCounts()
    private var held: [ByteBuffer] = []
    private var heldBytes = 0
    /// Set once an unfinished event was too long to be kept back: the client has its beginning, and gets the rest as it comes.
    private var passesEvent = false
    /// Set when the last event ended with a CR that was the last byte of its piece: whether that event was kept back. An LF
    /// that begins the next piece is that event's.
    private var owesLineFeed: Bool?
    /// A Responses stream's first event, which names the response.
    private var firstData: [UInt8]?
    /// Behind the terminal event something came that is not for the client.
    private var isSealed = false
    /// Once the stream has ended: whether its last event had no end.
    private var endedUnfinished: Bool?

    /// - Parameter choices: how many choices the answer has, each of which ends with a reason.
    init(kind: Kind, withholdsUsage: Bool, choices: Int = 1, hold: CommitHold = CommitHold()) {
        self.kind = kind
        self.choices = choices
        self.gate = CommitGate(hold)
        self.withholdsUsage = withholdsUsage && kind == .chat
    }

    /// Takes a piece of the stream; appends what is for the client.
    mutating func feed(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> Seen {
        let bytes = piece.readableBytesUInt8Span
        var seen = Seen()
        if self.isDone {
            Self.emit(piece, 0..<self.endOfSpace(bytes, from: 0), into: &output)
            return seen
        }
        var offset = 0
        // The run of bytes, from here on, that is not given out yet.
        var runStart = 0
        var eventStart = 0
        if let isDropped = self.owesLineFeed, bytes.count > 0, bytes[0] == UInt8(ascii: "\n") {
            // The second half of the line end of the event before.
            eventStart = 1
            runStart = isDropped ? 1 : 0
        }
        self.owesLineFeed = nil
        var isLastDropped = false
        while !self.isDone, let event = self.parser.next(in: bytes, at: &offset) {
            let meaning = self.meaning(of: event, in: bytes)
            self.note(meaning, &seen)
            if !self.gate.isOpen {
                seen.isRefused = self.refuses(meaning, event, in: bytes)
                self.gate.take(
                    hasContent: meaning.hasContent, isEnd: meaning.kind == .finish || meaning.kind == .done)
            }
            if self.kind == .responses, self.firstData == nil, meaning.kind == .start {
                self.firstData = self.parser.withData(of: event, in: bytes) { data in
                    data.withUnsafeBufferPointer { $0.count <= Self.firstDataLimit ? Array($0) : [] }
                }
            }
            if meaning.kind == .error {
                seen.error = self.parser.withData(of: event, in: bytes) { data in
                    data.withUnsafeBufferPointer { Array($0) }
                }
            }
            if seen.isRefused { return seen }
            if self.withholdsUsage {
                isLastDropped = meaning.kind == .usageOnly && !self.passesEvent
                self.passesEvent = false
                if isLastDropped {
                    Self.emit(piece, runStart..<eventStart, into: &output)
                    self.dropHeld()
                    runStart = event.end
                } else {
                    self.releaseHeld(into: &output)
                }
            }
            eventStart = event.end
        }
        self.gate.take(bytes: bytes.count)
        if self.isDone {
            Self.emit(piece, runStart..<self.endOfSpace(bytes, from: eventStart), into: &output)
            return seen
        }
        guard self.withholdsUsage else {
            output.append(piece)
            return seen
        }
        Self.emit(piece, runStart..<eventStart, into: &output)
        if eventStart == bytes.count, bytes.count > 0, bytes[bytes.count - 1] == UInt8(ascii: "\r") {
            self.owesLineFeed = isLastDropped
        }
        if eventStart < bytes.count,
            let rest = piece.getSlice(at: piece.readerIndex + eventStart, length: bytes.count - eventStart)
        {
            self.held.append(rest)
            self.heldBytes += rest.readableBytes
            if self.heldBytes > Self.heldLimit { self.passesEvent = true }
            if self.passesEvent { self.releaseHeld(into: &output) }
        }
        return seen
    }

    /// What is known of the answer's usage.
    var tally: AnswerTally {
        AnswerTally(reported: self.usage, unreported: self.content.since(self.reportedContent))
    }

    /// The response object of a Responses stream, as its first event had it.
    var response: JSONNode? {
        self.firstData.flatMap { try? JSONDocument(parsing: $0) }?.root["response"]
    }

    /// Whether the client was given the beginning of an event that never ended.
    var hasUnfinishedOutput: Bool {
        self.endedUnfinished ?? (self.parser.isInsideEvent && self.held.isEmpty)
    }

    /// The stream ended. An event without its blank line counts; appends what is for the client.
    mutating func finish(into output: inout [ByteBuffer]) {
        var seen = Seen()
        let isInsideEvent = self.parser.isInsideEvent
        if let event = self.parser.finish() {
            let meaning = self.meaning(of: event, in: [UInt8]().span)
            self.note(meaning, &seen)
            self.gate.take(hasContent: meaning.hasContent, isEnd: meaning.kind == .finish || meaning.kind == .done)
            // Half an event that was kept back stays so: it can only be the usage, or is of no use.
            if self.withholdsUsage, !self.held.isEmpty, meaning.kind == .usageOnly || meaning.kind == .malformed {
                self.dropHeld()
                self.endedUnfinished = false
                return
            }
        }
        self.releaseHeld(into: &output)
        self.endedUnfinished = isInsideEvent
    }

    /// Whether an event of a stream that has not begun is no beginning of an answer.
    private func refuses(_ meaning: OpenAIStreamEvent, _ event: SSEEvent, in bytes: Span<UInt8>) -> Bool {
        switch meaning.kind {
        case .error: true
        // Some servers keep a stream alive with empty data.
        case .malformed: self.parser.withData(of: event, in: bytes) { $0.count > 0 }
        default: false
        }
    }

    /// Behind the terminal event white space passes, such as the second half of its line end, and nothing after it.
    private mutating func endOfSpace(_ bytes: Span<UInt8>, from start: Int) -> Int {
        guard !self.isSealed else { return start }
        var end = start
        while end < bytes.count, bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r") { end += 1 }
        self.isSealed = end < bytes.count
        return end
    }

    private mutating func meaning(of event: SSEEvent, in bytes: Span<UInt8>) -> OpenAIStreamEvent {
        // An event too large to be read passes unread.
        if event.payload == .oversized { return OpenAIStreamEvent(.content, hasContent: true) }
        if self.kind == .anthropic { return self.message(of: event, in: bytes) }
        return self.parser.withData(of: event, in: bytes) { self.classify($0, type: event.type) }
    }

    private mutating func message(of event: SSEEvent, in bytes: Span<UInt8>) -> OpenAIStreamEvent {
        let meaning = self.parser.withData(of: event, in: bytes) { AnthropicStream.classify($0, type: event.type) }
        var usage: TokenUsage?
        if let counts = meaning.counts {
            self.counts.merge(counts)
            usage = self.counts.usage
        }
        let kind: OpenAIStreamEvent.Kind =
            switch meaning.kind {
            case .start: .start
            case .content: .content
            case .finish: .finish
            case .error: .error
            case .terminal: .done
            case .malformed: .malformed
            case .usage, .ping, .other: .other
            }
        return OpenAIStreamEvent(
            kind, hasContent: meaning.hasContent, contentBytes: meaning.contentBytes,
            finishReason: meaning.stopReason, usage: usage)
    }

    private func classify(_ data: Span<UInt8>, type: String?) -> OpenAIStreamEvent {
        switch self.kind {
        case .chat: OpenAIChatStream.classify(data, type: type)
        case .responses: OpenAIResponsesStream.classify(data, type: type)
        case .anthropic, .opaque: OpenAIStreamEvent(.content, hasContent: true)
        }
    }

    private mutating func note(_ meaning: OpenAIStreamEvent, _ seen: inout Seen) {
        self.events += 1
        seen.events += 1
        if meaning.hasContent {
            self.content.add(bytes: meaning.contentBytes)
            seen.hasContent = true
        }
        if let usage = meaning.usage {
            self.usage = usage
            self.reportedContent = self.content
        }
        if let reason = meaning.finishReason {
            self.finishReason = reason
            self.finishes += 1
            self.isFinished = self.finishes >= self.choices
        } else if meaning.hasContent {
            // With several prompts there are more choices than were asked for by number.
            self.isFinished = false
        }
        if let number = meaning.sequenceNumber, number < .max { self.nextSequenceNumber = number + 1 }
        switch meaning.kind {
        case .done:
            self.isDone = true
            seen.isDone = true
        case .error:
            self.hasFailed = true
        default:
            break
        }
    }

    private mutating func releaseHeld(into output: inout [ByteBuffer]) {
        guard !self.held.isEmpty else { return }
        output += self.held
        self.dropHeld()
    }

    private mutating func dropHeld() {
        self.held.removeAll(keepingCapacity: true)
        self.heldBytes = 0
    }

    private static func emit(_ piece: ByteBuffer, _ range: Range<Int>, into output: inout [ByteBuffer]) {
        guard !range.isEmpty else { return }
        if range.count == piece.readableBytes {
            output.append(piece)
        } else if let slice = piece.getSlice(at: piece.readerIndex + range.lowerBound, length: range.count) {
            output.append(slice)
        }
    }
}
