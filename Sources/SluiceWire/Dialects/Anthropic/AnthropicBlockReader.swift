/// Reads content blocks of a client's request into parts.
///
/// Source: Anthropic SDK type `ContentBlockParam` (read 2026-11).
struct AnthropicBlockReader {
    let seal: any CarrierSeal
    var losses: ConversionLosses

    /// Appends the parts of one block of `role`: one, or before a call the thoughts that travelled in its id.
    mutating func append(
        _ node: JSONNode, role: NeutralMessage.Role, at path: AnthropicPath, to parts: inout [NeutralPart]
    ) throws(ConversionError) {
        guard node.kind == .object else { throw .invalid(path.field(), "Each content block has to be an object.") }
        guard let type = node["type"]?.stringValue else {
            throw .invalid(path.field("type"), "The content block has no type.")
        }
        switch type {
        case "text":
            parts.append(try text(node, at: path))
        case "image":
            parts.append(try image(node, at: path))
        case "document":
            parts.append(try document(node, at: path))
        case "search_result":
            parts.append(searchResult(node))
        case "thinking" where role == .assistant:
            try thinking(node, at: path, to: &parts)
        case "redacted_thinking" where role == .assistant:
            try redacted(node, at: path, to: &parts)
        case "tool_use" where role == .assistant:
            try toolUse(node, at: path, to: &parts)
        case "tool_result" where role == .user:
            parts.append(try toolResult(node, at: path))
        case "thinking", "redacted_thinking", "tool_use", "tool_result":
            throw .invalid(
                path.field("type"), "A block of type \(type) cannot stand in a message of role \(role.rawValue).")
        default:
            parts.append(Self.opaque(type, node))
        }
    }

    /// A text block.
    func text(_ node: JSONNode, at path: AnthropicPath) throws(ConversionError) -> NeutralPart {
        guard let text = JSONString(node["text"]) else {
            throw .invalid(path.field("text"), "A text block has to have a text.")
        }
        var part = NeutralPart(.text(text))
        // Most blocks are a type and a text.
        if node.count > 2 { Self.finish(&part, node, known: ["type", "text"]) }
        return part
    }

    private func image(_ node: JSONNode, at path: AnthropicPath) throws(ConversionError) -> NeutralPart {
        guard let source = node["source"], source.kind == .object else {
            throw .invalid(path.field("source"), "An image block has to have a source.")
        }
        guard let media = try Self.media(source, at: path) else { return Self.opaque("image", node) }
        var part = NeutralPart(.image(media))
        if node.count > 2 { Self.finish(&part, node, known: ["type", "source"]) }
        return part
    }

    private func document(_ node: JSONNode, at path: AnthropicPath) throws(ConversionError) -> NeutralPart {
        guard let source = node["source"], source.kind == .object else {
            throw .invalid(path.field("source"), "A document block has to have a source.")
        }
        var part: NeutralPart
        if source["type"]?.stringValue == "content" {
            // Its chunks are what the vendor cites; another vendor gets their text.
            guard let text = Self.chunks(source["content"]) else { return Self.opaque("document", node) }
            part = NeutralPart(.document(NeutralMedia(.text(text), mediaType: "text/plain")))
            part.extras.append("source", JSONFragment(source), from: .anthropic)
        } else {
            guard let media = try Self.media(source, at: path) else { return Self.opaque("document", node) }
            part = NeutralPart(.document(media))
        }
        if case .document(var media) = part.content, let title = JSONString(node["title"]) {
            media.name = title
            part.content = .document(media)
        }
        Self.finish(&part, node, known: ["type", "source", "title"])
        return part
    }

    /// A search result: a text with its source and title. Another vendor gets it as a document.
    private func searchResult(_ node: JSONNode) -> NeutralPart {
        guard let text = Self.chunks(node["content"]) else { return Self.opaque("search_result", node) }
        let media = NeutralMedia(.text(text), mediaType: "text/plain", name: JSONString(node["title"]))
        var part = NeutralPart(.document(media))
        let (hint, _) = AnthropicCacheControl.read(node["cache_control"])
        part.cacheHint = hint
        part.extras.append("search_result", JSONFragment(node), from: .anthropic)
        return part
    }

    private mutating func thinking(
        _ node: JSONNode, at path: AnthropicPath, to parts: inout [NeutralPart]
    ) throws(ConversionError) {
        guard let text = JSONString(node["thinking"]) else {
            throw .invalid(path.field("thinking"), "A thinking block has to have its thinking.")
        }
        var part = NeutralPart(.thinking(text))
        if let value = JSONString(node["signature"]), !value.isEmpty {
            part.signature = ThinkingCarrier.signature(from: value, origin: NeutralOrigin(.anthropic), seal: seal)
            if part.signature == nil { losses.drop("thinking") }
        }
        if node.count > 3 { Self.finish(&part, node, known: ["type", "thinking", "signature"]) }
        parts.append(part)
    }

    private mutating func redacted(
        _ node: JSONNode, at path: AnthropicPath, to parts: inout [NeutralPart]
    ) throws(ConversionError) {
        guard let data = JSONString(node["data"]) else {
            throw .invalid(path.field("data"), "A redacted_thinking block has to have its data.")
        }
        guard let signature = ThinkingCarrier.signature(from: data, origin: NeutralOrigin(.anthropic), seal: seal)
        else { return losses.drop("thinking") }
        parts.append(NeutralPart(.redactedThinking, signature: signature))
    }

    private mutating func toolUse(
        _ node: JSONNode, at path: AnthropicPath, to parts: inout [NeutralPart]
    ) throws(ConversionError) {
        guard let id = JSONString(node["id"]), !id.isEmpty else {
            throw .invalid(path.field("id"), "A tool_use block has to have an id.")
        }
        guard let name = node["name"]?.stringValue, !name.isEmpty else {
            throw .invalid(path.field("name"), "A tool_use block has to have a name.")
        }
        guard let input = node["input"], input.kind == .object else {
            throw .invalid(path.field("input"), "The input of a tool_use block has to be an object.")
        }
        let (original, thoughts) = ToolCallCarrier.decode(id, seal: seal, losses: &losses)
        let call = NeutralToolCall(id: original, name: name, arguments: JSONString(utf8: input.rawBytes))
        var part = NeutralPart(.toolCall(call))
        for thought in thoughts {
            if thought.text == nil, !thought.isRedacted {
                part.signature = thought.signature
                continue
            }
            let content: NeutralPart.Content =
                thought.isRedacted ? .redactedThinking : .thinking(thought.text ?? .empty)
            let place = thought.precedesText ? Self.placeBeforeText(parts) : parts.endIndex
            parts.insert(NeutralPart(content, signature: thought.signature), at: place)
        }
        if node.count > 4 { Self.finish(&part, node, known: ["type", "id", "name", "input"]) }
        parts.append(part)
    }

    private mutating func toolResult(_ node: JSONNode, at path: AnthropicPath) throws(ConversionError) -> NeutralPart {
        guard let id = JSONString(node["tool_use_id"]), !id.isEmpty else {
            throw .invalid(path.field("tool_use_id"), "A tool_result block has to name its tool_use.")
        }
        let (original, _) = ToolCallCarrier.decode(id, seal: seal, losses: &losses)
        var result = NeutralToolResult(callID: original, parts: [], isError: node["is_error"]?.boolValue ?? false)
        switch node["content"] {
        case nil: break
        case let content? where content.isNull: break
        case let content? where content.kind == .string:
            if let text = JSONString(content), !text.isEmpty { result.parts = [NeutralPart(.text(text))] }
        case let content? where content.kind == .array:
            var inner = path
            for (index, block) in content.elements.enumerated() {
                inner.inner = index
                try append(block, role: .tool, at: inner, to: &result.parts)
            }
        default: throw .invalid(path.field("content"), "The content of a tool_result is a text or a list of blocks.")
        }
        var part = NeutralPart(.toolResult(result))
        Self.finish(&part, node, known: ["type", "tool_use_id", "content", "is_error"])
        return part
    }

    // MARK: Pieces

    /// A source of `base64`, `url`, `file` or `text`; `nil` for a kind that is not known.
    private static func media(_ source: JSONNode, at path: AnthropicPath) throws(ConversionError) -> NeutralMedia? {
        let type = source["media_type"]?.stringValue?.lowercased()
        switch source["type"]?.stringValue {
        case "base64":
            guard let data = JSONString(source["data"]) else { throw missing("source.data", path) }
            return NeutralMedia(.base64(data), mediaType: type)
        case "url":
            guard let url = JSONString(source["url"]) else { throw missing("source.url", path) }
            return NeutralMedia(.url(url), mediaType: type)
        case "file":
            guard let id = JSONString(source["file_id"]) else { throw missing("source.file_id", path) }
            return NeutralMedia(.file(id: id, origin: .anthropic), mediaType: type)
        case "text":
            guard let text = JSONString(source["data"]) else { throw missing("source.data", path) }
            return NeutralMedia(.text(text), mediaType: type)
        case nil: throw missing("source.type", path)
        default: return nil
        }
    }

    private static func missing(_ field: String, _ path: AnthropicPath) -> ConversionError {
        .invalid(path.field(field), "The source has no \(field.dropFirst("source.".count)).")
    }

    /// The text of a list of text blocks; `nil` where there is anything else in it.
    private static func chunks(_ content: JSONNode?) -> JSONString? {
        guard let content else { return nil }
        if let text = JSONString(content) { return text }
        guard content.kind == .array else { return nil }
        var texts: [JSONString] = []
        for block in content.elements {
            guard block["type"]?.stringValue == "text", let text = JSONString(block["text"]) else { return nil }
            texts.append(text)
        }
        return JSONString.joined(texts, separator: "\n")
    }

    /// The hint and the fields beside the known ones.
    private static func finish(_ part: inout NeutralPart, _ node: JSONNode, known: [String]) {
        for (key, value) in node.members where !value.isNull && !known.contains(key) {
            switch key {
            case "cache_control":
                let (hint, unknown) = AnthropicCacheControl.read(value)
                part.cacheHint = hint
                if let unknown { part.extras.append(key, unknown, from: .anthropic) }
            case "caller" where value["type"]?.stringValue == "direct": break
            case "citations" where value.kind == .array && value.count == 0: break
            default: part.extras.append(key, JSONFragment(value), from: .anthropic)
            }
        }
    }

    private static func opaque(_ type: String, _ node: JSONNode) -> NeutralPart {
        NeutralPart(.opaque(NeutralOpaque(origin: .anthropic, kind: type, value: JSONFragment(node))))
    }

    /// Behind the last call or thought: before the text of the step that the next call belongs to.
    private static func placeBeforeText(_ parts: [NeutralPart]) -> Int {
        let last = parts.lastIndex { part in
            switch part.content {
            case .toolCall, .thinking, .redactedThinking: true
            default: false
            }
        }
        return last.map { $0 + 1 } ?? 0
    }
}
