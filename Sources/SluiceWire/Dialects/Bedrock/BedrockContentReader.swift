/// Reads content blocks: of a client's request, and of a provider's answer.
///
/// `{"text":"..."}`, `{"image":{"format":"png","source":{"bytes":"<base64>"}}}`, `{"toolUse":{...}}` and so on: a block is an
/// object of one member, which names its kind.
/// Source: the service model of bedrock-runtime, `ContentBlock` (read 2026-11).
struct BedrockContentReader {
    /// Whose blocks they are.
    enum Side {
        /// A client's: ids and signatures may be what the gateway sealed.
        case client(any CarrierSeal)
        /// A model's, by the provider's name for it.
        case provider(model: String, BedrockToolNames)
    }

    let side: Side
    var losses = ConversionLosses()

    init(_ side: Side) {
        self.side = side
    }

    /// Reads the blocks of a message, or of the system prompt.
    mutating func parts(_ content: JSONNode, _ path: BedrockPath) throws(ConversionError) -> [NeutralPart] {
        var path = path
        guard content.kind == .array else { throw fault(path.member(), "expected an array of content blocks") }
        var parts: [NeutralPart] = []
        parts.reserveCapacity(content.count)
        for (index, block) in content.elements.enumerated() {
            path.block = index
            try append(block, to: &parts, path)
        }
        return parts
    }

    /// Reads the `json`, text and media of one block; appends its part, and what belongs before it.
    private mutating func append(
        _ block: JSONNode, to parts: inout [NeutralPart], _ path: BedrockPath
    ) throws(ConversionError) {
        guard block.kind == .object, let (kind, value) = block.members.first(where: { !$0.value.isNull }) else {
            throw fault(path.member(), "expected a content block: an object of one member")
        }
        switch kind {
        case "text":
            guard let text = JSONString(value) else { throw fault(path.member("text"), "expected a string") }
            parts.append(NeutralPart(.text(text)))
        case "cachePoint":
            mark(value, &parts)
        case "toolUse":
            try appendCall(block, value, to: &parts, path)
        case "toolResult":
            parts.append(try result(block, value, path))
        case "reasoningContent":
            try appendReasoning(value, to: &parts, path)
        default:
            parts.append(try plain(kind, block, value, path))
        }
    }

    /// A block that may also stand in a tool's result.
    private mutating func plain(
        _ kind: String, _ block: JSONNode, _ value: JSONNode, _ path: BedrockPath
    ) throws(ConversionError) -> NeutralPart {
        switch kind {
        case "image", "document", "audio", "video":
            guard let part = BedrockMediaReader.part(kind, value) else {
                throw fault(path.member(kind), "expected a format and a source of bytes, or of a place in S3")
            }
            return part
        case "guardContent", "searchResult", "citationsContent":
            // The text is for every model; what stands around it goes back to the vendor as it was written.
            return BedrockMediaReader.marked(kind, value)
                ?? NeutralPart(.opaque(NeutralOpaque(origin: .bedrock, kind: kind, value: JSONFragment(block))))
        default:
            return NeutralPart(.opaque(NeutralOpaque(origin: .bedrock, kind: kind, value: JSONFragment(block))))
        }
    }

    private mutating func appendCall(
        _ block: JSONNode, _ value: JSONNode, to parts: inout [NeutralPart], _ path: BedrockPath
    ) throws(ConversionError) {
        var call = NeutralToolCall(id: "", name: "", arguments: "{}")
        var extras = NeutralExtras()
        var rawID: JSONString?
        for (key, member) in value.members where !member.isNull {
            switch key {
            case "toolUseId": rawID = JSONString(member)
            case "name": call.name = member.stringValue ?? ""
            // The text of the value, number for number.
            case "input": call.arguments = JSONString(utf8: member.rawBytes)
            case "type":
                // A tool that the vendor runs itself.
                parts.append(
                    NeutralPart(
                        .opaque(NeutralOpaque(origin: .bedrock, kind: "toolUse", value: JSONFragment(block)))))
                return
            default: extras.append(key, JSONFragment(member), from: .bedrock)
            }
        }
        guard let rawID, !rawID.isEmpty else {
            throw fault(path.member("toolUse.toolUseId"), "expected the call's id")
        }
        guard !call.name.isEmpty else { throw fault(path.member("toolUse.name"), "expected the tool's name") }
        switch side {
        case .client(let seal):
            let (id, thoughts) = ToolCallCarrier.decode(rawID, seal: seal, losses: &losses)
            call.id = id
            let signature = Self.restore(thoughts, into: &parts)
            parts.append(NeutralPart(.toolCall(call), signature: signature, extras: extras))
        case .provider(_, let names):
            call.id = rawID.text
            if names.isCustom(call.name) {
                call.isCustom = true
                call.arguments = Self.freeText(value["input"])
            }
            call.name = names.original(call.name)
            parts.append(NeutralPart(.toolCall(call), extras: extras))
        }
    }

    /// Puts thoughts that travelled in a call's id where they were; returns the seal of the call itself.
    private static func restore(
        _ thoughts: [ThinkingCarrier.Thought], into parts: inout [NeutralPart]
    ) -> NeutralSignature? {
        guard !thoughts.isEmpty else { return nil }
        var signature: NeutralSignature?
        var early: [NeutralPart] = []
        var late: [NeutralPart] = []
        for thought in thoughts {
            if thought.text == nil, !thought.isRedacted {
                signature = thought.signature
                continue
            }
            let content: NeutralPart.Content =
                thought.isRedacted ? .redactedThinking : .thinking(thought.text ?? .empty)
            let part = NeutralPart(content, signature: thought.signature)
            if thought.precedesText { early.append(part) } else { late.append(part) }
        }
        var place = parts.count
        while place > 0, case .text = parts[place - 1].content { place -= 1 }
        parts.append(contentsOf: late)
        parts.insert(contentsOf: early, at: place)
        return signature
    }

    /// The text in the arguments of a tool that takes free text, which were wrapped into an object for the vendor.
    static func freeText(_ input: JSONNode?) -> JSONString {
        guard let input else { return .empty }
        return JSONString(input["input"]) ?? JSONString(utf8: input.rawBytes)
    }

    private mutating func result(
        _ block: JSONNode, _ value: JSONNode, _ path: BedrockPath
    ) throws(ConversionError) -> NeutralPart {
        var result = NeutralToolResult(callID: "", parts: [])
        var extras = NeutralExtras()
        var content: JSONNode?
        for (key, member) in value.members where !member.isNull {
            switch key {
            case "toolUseId":
                guard let id = JSONString(member) else { break }
                if case .client(let seal) = side {
                    result.callID = ToolCallCarrier.decode(id, seal: seal, losses: &losses).id
                } else {
                    result.callID = id.text
                }
            case "status": result.isError = member.stringValue == "error"
            case "content": content = member
            case "type":
                return NeutralPart(
                    .opaque(NeutralOpaque(origin: .bedrock, kind: "toolResult", value: JSONFragment(block))))
            default: extras.append(key, JSONFragment(member), from: .bedrock)
            }
        }
        guard !result.callID.isEmpty else {
            throw fault(path.member("toolResult.toolUseId"), "expected the id of the call that is answered")
        }
        for (index, item) in (content ?? value).elements.enumerated() {
            guard item.kind == .object, let (kind, inner) = item.members.first(where: { !$0.value.isNull }) else {
                throw fault(path.member("toolResult.content[\(index)]"), "expected an object of one member")
            }
            switch kind {
            case "text":
                guard let text = JSONString(inner) else {
                    throw fault(path.member("toolResult.content[\(index)].text"), "expected a string")
                }
                result.parts.append(NeutralPart(.text(text)))
            // The text of the value: models get no more of it either.
            case "json": result.parts.append(NeutralPart(.text(JSONString(utf8: inner.rawBytes))))
            default: result.parts.append(try plain(kind, item, inner, path))
            }
        }
        return NeutralPart(.toolResult(result), extras: extras)
    }

    private mutating func appendReasoning(
        _ value: JSONNode, to parts: inout [NeutralPart], _ path: BedrockPath
    ) throws(ConversionError) {
        if let reasoning = value["reasoningText"], reasoning.kind == .object {
            let text = JSONString(reasoning["text"]) ?? .empty
            var part = NeutralPart(.thinking(text))
            if let seal = JSONString(reasoning["signature"]), !seal.isEmpty {
                part.signature = signature(seal)
                if part.signature == nil { losses.drop("thinking") }
            }
            parts.append(part)
        } else if let blob = JSONString(value["redactedContent"]) {
            if let signature = redacted(blob) {
                parts.append(NeutralPart(.redactedThinking, signature: signature))
            } else {
                losses.drop("thinking")
            }
        } else {
            throw fault(path.member("reasoningContent"), "expected reasoningText or redactedContent")
        }
    }

    /// The seal that a signature is: the vendor's own, or another's that the gateway handed out.
    func signature(_ text: JSONString) -> NeutralSignature? {
        switch side {
        case .client(let seal):
            ThinkingCarrier.signature(from: text, origin: NeutralOrigin(.bedrock), seal: seal)
        case .provider(let model, _):
            NeutralSignature(text, origin: NeutralOrigin(.bedrock, model: model))
        }
    }

    /// The seal that a blob of redacted thoughts is. SDKs decode blobs, so that a token stands in one as its bytes.
    private func redacted(_ blob: JSONString) -> NeutralSignature? {
        guard case .client(let seal) = side else { return signature(blob) }
        if let bytes = BedrockBlob.decode(blob), bytes.starts(with: ThinkingCarrier.prefix.utf8) {
            return ThinkingCarrier.thoughts(in: JSONString(escaped: bytes[...]), seal: seal)?.first?.signature
        }
        return NeutralSignature(blob, origin: NeutralOrigin(.bedrock))
    }

    /// Marks the part before a cache point. One before which there is nothing has nothing to cache.
    private mutating func mark(_ value: JSONNode, _ parts: inout [NeutralPart]) {
        guard !parts.isEmpty else { return losses.drop("cache_control") }
        parts[parts.count - 1].cacheHint = Self.cacheHint(value)
    }

    /// How long a cache point asks for.
    static func cacheHint(_ value: JSONNode) -> NeutralCacheHint {
        switch value["ttl"]?.stringValue {
        case "5m": .fiveMinutes
        case "1h": .oneHour
        default: .standard
        }
    }

    private func fault(_ path: String, _ message: String) -> ConversionError {
        switch side {
        case .client: .invalid(path, "\(path): \(message).")
        case .provider: .malformed("The provider's answer makes no sense at \(path): \(message).")
        }
    }
}
