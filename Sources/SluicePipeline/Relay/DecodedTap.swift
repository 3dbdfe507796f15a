import NIOCore
import SluiceHTTP
import SluiceWire

/// Reads a stream of any dialect while it passes unchanged: usage, why it ended, and whether it is whole.
///
/// Behind the terminal event nothing goes on: a second one would be one too many.
struct DecodedTap {
    private var reader: any ChatStreamReader
    private var read: [NeutralEvent] = []
    private(set) var usage: TokenUsage?
    private(set) var finishReason: String?
    private(set) var isDone = false
    private(set) var hasFailed = false
    private(set) var events = 0
    /// The content that passed.
    private(set) var content = DeliveredContent()
    /// The content that passed before the usage was reported the last time.
    private var reportedContent = DeliveredContent()
    /// The error that the stream held.
    private(set) var error: NeutralError?
    /// Whether the answer to the client has begun.
    var gate: CommitGate
    private var isSealed = false
    /// Where the bytes stopped when the stream ended without having said that it was complete.
    private var endStanding: StreamStanding?

    /// What one piece held.
    struct Seen {
        var hasEvent = false
        var hasContent = false
        var isDone = false
        /// Whether the stream failed before the answer had begun.
        var isRefused = false
    }

    init(_ reader: any ChatStreamReader, hold: CommitHold = CommitHold()) {
        self.reader = reader
        self.gate = CommitGate(hold)
    }

    /// Where the client stands: what may be put behind the bytes that it was given.
    var standing: StreamStanding {
        self.endStanding ?? (self.isDone || self.hasFailed ? .within : self.reader.standing)
    }

    /// What is known of the answer's usage.
    var tally: AnswerTally {
        AnswerTally(reported: self.usage, unreported: self.content.since(self.reportedContent))
    }

    /// Takes a piece of the stream; appends what is for the client.
    mutating func feed(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> Seen {
        let bytes = piece.readableBytesUInt8Span
        let wasDone = self.isDone
        if !wasDone { self.reader.read(bytes, into: &self.read) }
        let seen = self.take()
        self.gate.take(bytes: bytes.count)
        guard self.isDone else {
            output.append(piece)
            return seen
        }
        let end = self.endOfSpace(bytes, from: wasDone ? 0 : self.reader.endOffset ?? bytes.count)
        if end > 0, let shown = piece.getSlice(at: piece.readerIndex, length: end) { output.append(shown) }
        return seen
    }

    /// The stream ended in good order. Whether nothing of the answer is missing.
    mutating func finish() -> Bool {
        if !self.isDone, !self.hasFailed {
            self.endStanding = self.endStanding ?? self.reader.standing
            self.reader.finish(into: &self.read)
            _ = self.take()
        }
        return self.isDone || self.hasFailed
    }

    /// Behind the terminal event white space passes, and nothing after it.
    private mutating func endOfSpace(_ bytes: Span<UInt8>, from start: Int) -> Int {
        guard !self.isSealed else { return 0 }
        var end = start
        while end < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end]) { end += 1 }
        self.isSealed = end < bytes.count
        return end
    }

    private mutating func take() -> Seen {
        var seen = Seen()
        for event in self.read {
            self.events += 1
            if case .ping = event {} else { seen.hasEvent = true }
            if event.hasContent {
                self.content.add(bytes: event.contentBytes)
                seen.hasContent = true
            }
            switch event {
            case .start(let start): self.usage = start.usage ?? self.usage
            case .usage(let usage):
                self.usage = usage
                self.reportedContent = self.content
            case .finish(let finish): self.finishReason = finish.vendorWord ?? finish.reason.rawValue
            case .end:
                self.isDone = true
                seen.isDone = true
            case .error(let error):
                self.hasFailed = true
                self.error = error
                seen.isDone = true
                seen.isRefused = !self.gate.isOpen
            case .partStart, .delta, .signature, .partEnd, .annotation, .ping: break
            }
            self.gate.take(hasContent: event.hasContent, isEnd: event.isEnd)
        }
        self.read.removeAll(keepingCapacity: true)
        return seen
    }
}
