import NIOCore
import SluiceWire

/// Gives an answer that passes unconverted the name of the model that its client asked for.
///
/// Only where the gateway asked the provider for another name; else the vendor's own, dated name stays to be seen.
struct AnswerModelName {
    /// Pieces up to this size are written anew in one buffer, so that they stay one write; longer ones are sliced.
    private static let copyLimit = 16 * 1024

    private let name: ByteBuffer
    private var splice: JSONPassingSplice
    private var segments: [JSONSplice.Segment] = []

    /// - Returns: `nil` for answers that do not name their model.
    init?(_ name: String, dialect: Dialect, isStream: Bool, isEvents: Bool) {
        let parent: String?
        let member: String
        switch dialect.family {
        case .bedrock, .tei: return nil
        case .gemini: (parent, member) = (nil, "modelVersion")
        case .openAIResponses: (parent, member) = (isStream ? "response" : nil, "model")
        case .anthropic: (parent, member) = (isStream ? "message" : nil, "model")
        default: (parent, member) = (nil, "model")
        }
        var text: [UInt8] = []
        JSONWriter.append(name, to: &text)
        self.name = ByteBuffer(bytes: text)
        self.splice = JSONPassingSplice(
            isEvents ? .events : .plain, parent: parent, member: member, replacement: name)
    }

    /// Renames the model in the pieces from `start` on, which follow those that were renamed before.
    mutating func rename(_ output: inout [ByteBuffer], from start: Int) {
        guard start < output.count else { return }
        let pieces = output[start...]
        output.removeLast(pieces.count)
        for piece in pieces { self.rename(piece, into: &output) }
    }

    /// Renames the model in one piece.
    mutating func rename(_ piece: ByteBuffer, into output: inout [ByteBuffer]) {
        self.segments.removeAll(keepingCapacity: true)
        self.splice.feed(piece.readableBytesUInt8Span, into: &self.segments)
        if case .original(let range)? = self.segments.first, range.count == piece.readableBytes {
            output.append(piece)
            return
        }
        if piece.readableBytes > Self.copyLimit {
            for segment in self.segments { output.append(self.bytes(of: segment, in: piece)) }
            return
        }
        var renamed = ByteBuffer()
        renamed.reserveCapacity(piece.readableBytes + self.name.readableBytes)
        for segment in self.segments { renamed.writeImmutableBuffer(self.bytes(of: segment, in: piece)) }
        if renamed.readableBytes > 0 { output.append(renamed) }
    }

    private func bytes(of segment: JSONSplice.Segment, in piece: ByteBuffer) -> ByteBuffer {
        switch segment {
        case .original(let range):
            piece.getSlice(at: piece.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
        case .inserted: self.name
        }
    }
}
