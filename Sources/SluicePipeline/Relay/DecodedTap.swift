import NIOCore
import SluiceWire

/// Reads a stream of any dialect while it passes unchanged: usage, why it ended, and whether it is whole.
struct DecodedTap {
    private var reader: any ChatStreamReader
    private var read: [NeutralEvent] = []
    private(set) var usage: TokenUsage?
    private(set) var finishReason: String?
    private(set) var isDone = false
    private(set) var hasFailed = false
    private(set) var events = 0
    /// Whether the client was given the beginning of a line without its end.
    private(set) var isInsideLine = false
    /// The error that the stream held.
    private(set) var error: NeutralError?

    /// What one piece held.
    struct Seen {
        var hasEvent = false
        var hasContent = false
        var isDone = false
        /// Whether the first event of the piece is an error.
        var beginsWithError = false
    }

    init(_ reader: any ChatStreamReader) {
        self.reader = reader
    }

    mutating func feed(_ piece: ByteBuffer) -> Seen {
        if let last = piece.readableBytesView.last { self.isInsideLine = last != UInt8(ascii: "\n") }
        self.reader.read(piece.readableBytesUInt8Span, into: &self.read)
        return self.take()
    }

    /// The stream ended in good order. Whether nothing of the answer is missing.
    mutating func finish() -> Bool {
        if !self.isDone, !self.hasFailed {
            self.reader.finish(into: &self.read)
            _ = self.take()
        }
        return self.isDone || self.hasFailed
    }

    private mutating func take() -> Seen {
        var seen = Seen()
        for event in self.read {
            self.events += 1
            if case .error = event, !seen.hasEvent { seen.beginsWithError = true }
            if case .ping = event {} else { seen.hasEvent = true }
            switch event {
            case .start(let start): self.usage = start.usage ?? self.usage
            case .usage(let usage): self.usage = usage
            case .finish(let finish): self.finishReason = finish.vendorWord ?? finish.reason.rawValue
            case .delta, .signature: seen.hasContent = true
            case .partStart(_, let start):
                switch start {
                case .toolCall, .media, .opaque, .redactedThinking: seen.hasContent = true
                case .text, .thinking, .refusal: break
                }
            case .end:
                self.isDone = true
                seen.isDone = true
            case .error(let error):
                self.hasFailed = true
                self.error = error
                seen.isDone = true
            case .partEnd, .annotation, .ping: break
            }
        }
        self.read.removeAll(keepingCapacity: true)
        return seen
    }
}
