import NIOCore
import SluiceWire

/// What tells a client that a silent stream still lives, where its own dialect's bytes pass unconverted.
enum StreamPing {
    private static let comment = ByteBuffer(string: ": ping\n\n")
    private static let event = ByteBuffer(string: "event: ping\ndata: {\"type\":\"ping\"}\n\n")
    // Google's SDKs take a comment for a broken chunk, Ollama's clients an empty line for broken JSON.
    private static let lineEnd = ByteBuffer(string: "\r\n")
    private static let space = ByteBuffer(string: " ")

    /// Behind the events that the tap has seen pass; `nil` within an event, and behind the last.
    static func bytes(behind stream: StreamTap) -> ByteBuffer? {
        guard !stream.isDone, !stream.hasFailed, !stream.hasUnfinishedOutput else { return nil }
        return stream.kind == .anthropic ? self.event : self.comment
    }

    /// The same in a dialect that has no scan of its own.
    static func bytes(behind decoded: DecodedTap, dialect: Dialect) -> ByteBuffer? {
        guard decoded.standing != .within else { return nil }
        switch dialect.family {
        case .gemini: return self.lineEnd
        case .ollama: return self.space
        // Binary frames have none.
        default: return nil
        }
    }
}
