/// One entry of `reasoning_details` (OpenRouter) or of `thinking_blocks` (LiteLLM): a thought with its seal.
///
/// Shapes: `{"type":"reasoning.text","text","signature","id","format","index"}`, `{"type":"reasoning.summary","summary"}`,
/// `{"type":"reasoning.encrypted","data"}`; `{"type":"thinking","thinking","signature"}`,
/// `{"type":"redacted_thinking","data"}`. Such servers want the whole entry back as it was. So an entry of theirs becomes
/// a signature of this dialect, whose value is the text of the entry without the thought, which stands in the part.
/// Source: OpenRouter, reasoning tokens, preserving reasoning blocks; LiteLLM, reasoning content (read 2026-11).
struct OpenAIChatThought: Sendable {
    enum Kind: String, Sendable {
        case text = "reasoning.text"
        case summary = "reasoning.summary"
        case encrypted = "reasoning.encrypted"
        case thinking
        case redacted = "redacted_thinking"

        /// The member that holds the thought.
        var textKey: String? {
            switch self {
            case .text: "text"
            case .summary: "summary"
            case .thinking: "thinking"
            case .encrypted, .redacted: nil
            }
        }

        /// The member that holds the seal.
        var sealKey: String {
            switch self {
            case .text, .summary, .thinking: "signature"
            case .encrypted, .redacted: "data"
            }
        }

        var isRedacted: Bool { textKey == nil }
        var isBlock: Bool { self == .thinking || self == .redacted }
    }

    private struct Member: Sendable {
        var key: String
        var value: JSONFragment
    }

    /// How many members of an entry are put together from pieces: vendors have five.
    private static let memberLimit = 32

    let kind: Kind
    private(set) var text = JSONString.empty
    private(set) var seal: JSONString?
    /// Which entry of the stream it is a piece of.
    private(set) var index: Int?
    private var rest: [Member] = []

    /// Reads an entry, or a piece of one; `nil` for what is no thought.
    init?(_ node: JSONNode) {
        guard let kind = node["type"]?.stringValue.flatMap(Kind.init(rawValue:)) else { return nil }
        self.kind = kind
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "type": break
            case kind.textKey: text = JSONString(value) ?? .empty
            case kind.sealKey: seal = JSONString(value).flatMap { $0.isEmpty ? nil : $0 }
            default:
                if key == "index" { index = value.intValue }
                rest.append(Member(key: key, value: JSONFragment(value)))
            }
        }
    }

    /// Adds the next piece of the same entry, the thought aside.
    mutating func merge(_ piece: OpenAIChatThought) {
        if let more = piece.seal {
            if seal == nil {
                seal = more
            } else {
                seal?.append(more)
            }
        }
        for member in piece.rest.prefix(Self.memberLimit) where rest.count < Self.memberLimit {
            if !rest.contains(where: { $0.key == member.key }) { rest.append(member) }
        }
    }

    /// The entry as a signature; `nil` for one that nobody needs back as it was.
    func signature(_ origin: NeutralOrigin) -> NeutralSignature? {
        guard seal != nil || rest.contains(where: { $0.key == "id" }) else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type" as StaticString)
        writer.string(kind.rawValue)
        if let seal {
            writer.key(kind.sealKey)
            writer.string(seal)
        }
        for member in rest {
            writer.key(member.key)
            writer.fragment(member.value)
        }
        writer.endObject()
        return NeutralSignature(JSONString(utf8: writer.take()), origin: origin)
    }

    /// The entry as a part.
    func part(_ signature: NeutralSignature?) -> NeutralPart? {
        guard kind.isRedacted else { return NeutralPart(.thinking(text), signature: signature) }
        return signature.map { NeutralPart(.redactedThinking, signature: $0) }
    }

    /// The thoughts of an assistant message that a client sent.
    static func parts(
        of message: JSONNode,
        seal: any CarrierSeal,
        losses: inout ConversionLosses
    ) -> [NeutralPart] {
        parts(of: message) { thought in
            guard let text = thought.seal, ThinkingCarrier.isToken(text) else {
                return thought.signature(NeutralOrigin(.openAIChat))
            }
            let signature = ThinkingCarrier.thoughts(in: text, seal: seal)?.first?.signature
            if signature == nil { losses.drop("thinking") }
            return signature
        }
    }

    /// The thoughts of a message: the entries where there are some, since they have seals, else the plain text.
    static func parts(of message: JSONNode, signature: (OpenAIChatThought) -> NeutralSignature?) -> [NeutralPart] {
        var entries: [OpenAIChatThought] = []
        for key in ["reasoning_details", "thinking_blocks"] where entries.isEmpty {
            entries = message[key]?.elements.compactMap { OpenAIChatThought($0) } ?? []
        }
        let plain = plainText(of: message)
        guard !entries.isEmpty else { return plain.map { [NeutralPart(.thinking($0))] } ?? [] }
        let hasText = entries.contains { !$0.text.isEmpty }
        var parts: [NeutralPart] = []
        for entry in entries {
            guard var part = entry.part(signature(entry)) else { continue }
            // A server may give the text in one place and the seal in the other.
            if !hasText, let plain, !entry.kind.isRedacted, !parts.contains(where: { $0.isThinking }) {
                part.content = .thinking(plain)
            }
            parts.append(part)
        }
        if !hasText, let plain, !parts.contains(where: { $0.isThinking }) {
            parts.insert(NeutralPart(.thinking(plain)), at: 0)
        }
        return parts
    }

    /// `reasoning_content`, or the same as `reasoning`; `nil` where neither has any text.
    static func plainText(of node: JSONNode) -> JSONString? {
        for key in ["reasoning_content", "reasoning"] {
            if let text = JSONString(node[key]), !text.isEmpty { return text }
        }
        return nil
    }

    /// Writes an entry from its signature and its thought; `false` for a signature that is no entry.
    static func write(_ signature: JSONString, text: JSONString, to writer: inout JSONWriter) -> Kind? {
        guard let document = try? JSONDocument(parsing: Array(signature.utf8)),
            let kind = document.root["type"]?.stringValue.flatMap(Kind.init(rawValue:))
        else { return nil }
        writer.beginObject()
        for (key, value) in document.root.members {
            writer.key(key)
            writer.raw(value.rawBytes)
        }
        if let key = kind.textKey {
            writer.key(key)
            writer.string(text)
        }
        writer.endObject()
        return kind
    }
}

extension NeutralPart {
    /// Whether it is a thought that can be read.
    fileprivate var isThinking: Bool {
        if case .thinking = content { true } else { false }
    }
}
