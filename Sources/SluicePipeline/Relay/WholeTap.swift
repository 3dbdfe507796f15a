import NIOCore
import SluiceWire

/// Reads the usage out of a whole JSON answer while it passes, in bounded memory whatever its length.
struct WholeTap {
    private var tap: JSONMemberTap?
    private(set) var usage: TokenUsage?
    private(set) var finishReason: String?
    /// The length that the head declared, while the first piece has not come.
    private var declaredLength: Int?

    private let dialect: Dialect

    init(dialect: Dialect, declaredLength: Int?) {
        self.dialect = dialect
        self.declaredLength = declaredLength
    }

    mutating func feed(_ piece: ByteBuffer) {
        let bytes = piece.readableBytesUInt8Span
        if let length = self.declaredLength, length == bytes.count {
            // The answer came in one piece: one pass finds everything.
            let meaning = OpenAIChatStream.classify(bytes)
            self.usage = meaning.usage
            self.finishReason = meaning.finishReason
            if self.usage != nil { return }
        }
        self.declaredLength = nil
        if self.tap == nil { self.tap = JSONMemberTap(["usage"]) }
        self.tap?.feed(bytes)
    }

    mutating func finish() {
        guard self.usage == nil, let captured = self.tap?.captured("usage") else { return }
        self.usage = OpenAIUsage.parse(captured.span)
    }
}
