import NIOCore
import SluiceWire

/// Reads the usage out of a whole JSON answer while it passes, in bounded memory whatever its length.
struct WholeTap {
    private let dialect: Dialect
    private var tap: JSONMemberTap?
    private(set) var usage: TokenUsage?
    private(set) var finishReason: String?
    /// The length that the head declared, while the first piece has not come.
    private var declaredLength: Int?

    init(dialect: Dialect, declaredLength: Int?) {
        self.dialect = dialect.family
        self.declaredLength = declaredLength
    }

    mutating func feed(_ piece: ByteBuffer) {
        let bytes = piece.readableBytesUInt8Span
        if let length = self.declaredLength, length == bytes.count {
            // The answer came in one piece: one pass finds everything.
            self.readWhole(bytes)
            if self.usage != nil { return }
        }
        self.declaredLength = nil
        if self.tap == nil { self.tap = JSONMemberTap(self.members) }
        self.tap?.feed(bytes)
    }

    mutating func finish() {
        guard self.usage == nil, let tap = self.tap else { return }
        switch self.dialect {
        case .anthropic:
            (self.usage, self.finishReason) = AnthropicStream.whole(tap)
        case .gemini:
            self.usage = tap.captured("usageMetadata").flatMap { GeminiUsage.parse($0.span) }
        case .bedrock:
            self.usage = tap.captured("usage").flatMap { BedrockTap.usage($0.span) }
            self.finishReason = tap.captured("stopReason").flatMap { Self.text($0) }
        case .ollama:
            if tap.captured("prompt_eval_count") != nil || tap.captured("eval_count") != nil {
                self.usage = TokenUsage(
                    uncachedInput: Self.count(tap, "prompt_eval_count"), output: Self.count(tap, "eval_count"))
            }
            self.finishReason = tap.captured("done_reason").flatMap { Self.text($0) }
        default:
            self.usage = tap.captured("usage").flatMap { OpenAIUsage.parse($0.span) }
        }
    }

    private mutating func readWhole(_ bytes: Span<UInt8>) {
        switch self.dialect {
        case .anthropic:
            (self.usage, self.finishReason) = AnthropicStream.whole(bytes)
        case .bedrock:
            guard let facts = BedrockTap.facts(bytes) else { return }
            self.usage = facts.usage
            self.finishReason = facts.stopReason
        case .gemini, .ollama, .cohere, .tei:
            break
        default:
            let meaning = OpenAIChatStream.classify(bytes)
            self.usage = meaning.usage
            self.finishReason = meaning.finishReason
        }
    }

    /// The members of the answer that tell of it.
    private var members: [String] {
        switch self.dialect {
        case .anthropic: ["usage", "stop_reason"]
        case .gemini: ["usageMetadata"]
        case .bedrock: ["usage", "stopReason"]
        case .ollama: ["prompt_eval_count", "eval_count", "done_reason"]
        default: ["usage"]
        }
    }

    private static func text(_ captured: [UInt8]) -> String? {
        (try? JSONDocument(parsing: captured))?.root.stringValue
    }

    private static func count(_ tap: JSONMemberTap, _ name: String) -> Int {
        tap.captured(name).flatMap { (try? JSONDocument(parsing: $0))?.root.intValue } ?? 0
    }
}
