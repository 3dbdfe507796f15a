/// The open blocks of a stream: which parts they are, and what of them waits for their end.
struct BedrockStreamBlocks: Sendable {
    private enum Content {
        case text
        case thinking
        /// A call of the client's tools; `isEmpty` until arguments have come.
        case call(isEmpty: Bool)
        /// A call of a tool that takes free text: unwrapped once it is whole.
        case customCall(id: String, name: String)
        /// Told to the reader as a whole at their end.
        case redacted
        case picture(format: String)
        /// What the vendor's own tools do: the members of the block, and the name of what the pieces make.
        case hosted(kind: String, head: JSONFragment)
    }

    private struct Block {
        var number: Int
        var part: Int?
        var content: Content
        var kept: [JSONString] = []
    }

    /// How much may be kept until its end: 16 MiB.
    private static let limitBytes = 16 * 1024 * 1024

    private let model: String
    private let names: BedrockToolNames
    private var open: [Block] = []
    private var nextPart = 0
    private var keptBytes = 0
    private var lost: [String] = []

    init(model: String, names: BedrockToolNames) {
        self.model = model
        self.names = names
    }

    /// The fields that could not be carried since the last call.
    mutating func takeLost() -> [String] {
        guard !lost.isEmpty else { return lost }
        defer { lost = [] }
        return lost
    }

    /// Takes a block's event; returns what is wrong with it.
    mutating func take(_ event: BedrockStreamEvent, into events: inout [NeutralEvent]) -> String? {
        var number = 0
        var content: JSONNode?
        guard let root = event.payload?.root else { return nil }
        for (key, value) in root.members {
            switch key {
            case "contentBlockIndex": number = value.intValue ?? 0
            case "start", "delta": content = value
            default: break
            }
        }
        switch event.kind {
        case .contentBlockStart:
            close(number, into: &events)
            return content.flatMap { start(number, $0, into: &events) }
        case .contentBlockDelta:
            guard let content else { return nil }
            for (kind, value) in content.members where !value.isNull {
                delta(number, kind, value, into: &events)
            }
            return keptBytes > Self.limitBytes ? "The provider's stream holds a block that is too large." : nil
        default:
            close(number, into: &events)
            return nil
        }
    }

    /// Ends all blocks that are open.
    mutating func close(into events: inout [NeutralEvent]) {
        while let block = open.first { close(block.number, into: &events) }
    }

    private mutating func start(_ number: Int, _ start: JSONNode, into events: inout [NeutralEvent]) -> String? {
        for (kind, value) in start.members where !value.isNull {
            switch kind {
            case "toolUse":
                guard let id = value["toolUseId"]?.stringValue, let name = value["name"]?.stringValue else {
                    return "The provider's stream holds a tool call without id or name."
                }
                if let type = value["type"], !type.isNull {
                    open.append(Block(number: number, content: .hosted(kind: kind, head: JSONFragment(value))))
                } else if names.isCustom(name) {
                    open.append(Block(number: number, content: .customCall(id: id, name: names.original(name))))
                } else {
                    begin(number, .call(isEmpty: true), .toolCall(id: id, name: names.original(name)), into: &events)
                }
            case "toolResult":
                open.append(Block(number: number, content: .hosted(kind: kind, head: JSONFragment(value))))
            case "image":
                let format = value["format"]?.stringValue ?? "png"
                open.append(Block(number: number, content: .picture(format: format)))
            default: break
            }
        }
        return nil
    }

    private mutating func delta(_ number: Int, _ kind: String, _ value: JSONNode, into events: inout [NeutralEvent]) {
        switch kind {
        case "text":
            guard let text = JSONString(value), !text.isEmpty else { return }
            append(text, to: part(number, .text, .text, into: &events), into: &events)
        case "reasoningContent":
            for (member, inner) in value.members {
                guard let text = JSONString(inner) else { continue }
                switch member {
                case "text":
                    let part = part(number, .thinking, .thinking, into: &events)
                    if !text.isEmpty { append(text, to: part, into: &events) }
                case "signature":
                    _ = part(number, .thinking, .thinking, into: &events)
                    keep(text, number)
                case "redactedContent":
                    if place(number) == nil { open.append(Block(number: number, content: .redacted)) }
                    keep(text, number)
                default: break
                }
            }
        case "toolUse":
            guard let place = place(number), let text = JSONString(value["input"]) else { return }
            if case .call(let isEmpty) = open[place].content, !text.isEmpty {
                if isEmpty, !text.isBlank { open[place].content = .call(isEmpty: false) }
                append(text, to: open[place].part, into: &events)
            } else {
                keep(text, number)
            }
        case "toolResult":
            keep(JSONString(utf8: value.rawBytes), number)
        case "image":
            guard let data = JSONString(value["source"]?["bytes"]) else { return }
            keep(data, number)
        case "citation":
            lost.append("citations")
        default: break
        }
    }

    private func place(_ number: Int) -> Int? { open.firstIndex { $0.number == number } }

    /// The part of a block of text or thoughts, which begin without being announced; another kind within a block is another
    /// part.
    private mutating func part(
        _ number: Int, _ content: Content, _ start: NeutralPartStart, into events: inout [NeutralEvent]
    ) -> Int? {
        if let place = place(number) {
            switch (open[place].content, content) {
            case (.text, .text), (.thinking, .thinking): return open[place].part
            case (.text, _), (.thinking, _), (.redacted, _): close(number, into: &events)
            default: return nil
            }
        }
        return begin(number, content, start, into: &events)
    }

    @discardableResult
    private mutating func begin(
        _ number: Int, _ content: Content, _ start: NeutralPartStart, into events: inout [NeutralEvent]
    ) -> Int {
        let part = nextPart
        nextPart += 1
        open.append(Block(number: number, part: part, content: content))
        events.append(.partStart(index: part, start))
        return part
    }

    private func append(_ text: JSONString, to part: Int?, into events: inout [NeutralEvent]) {
        if let part { events.append(.delta(index: part, text)) }
    }

    private mutating func keep(_ text: JSONString, _ number: Int) {
        guard let place = place(number), !text.isEmpty else { return }
        keptBytes += text.escaped.count
        open[place].kept.append(text)
    }

    private mutating func close(_ number: Int, into events: inout [NeutralEvent]) {
        guard let place = place(number) else { return }
        let block = open.remove(at: place)
        for text in block.kept { keptBytes -= text.escaped.count }
        switch block.content {
        case .text: break
        case .thinking:
            if let part = block.part, !block.kept.isEmpty {
                events.append(.signature(index: part, signature(JSONString.joined(block.kept))))
            }
        case .call(let isEmpty):
            // The whole answer has an object there; no arguments are an empty one.
            if isEmpty { append("{}", to: block.part, into: &events) }
        case .customCall(let id, let name):
            let input = try? JSONDocument(parsing: Array(JSONString.joined(block.kept).utf8))
            let text = input.map { BedrockContentReader.freeText($0.root) } ?? JSONString.joined(block.kept)
            whole(.toolCall(id: id, name: name), text, into: &events)
        case .redacted:
            guard let blob = BedrockBlob.join(block.kept) else { return lost.append("thinking") }
            whole(.redactedThinking(signature(blob)), nil, into: &events)
        case .picture(let format):
            guard let data = BedrockBlob.join(block.kept) else { return lost.append("image") }
            let mediaType = BedrockMediaFormat.mediaType(of: format, in: BedrockMediaFormat.images)
            let media = NeutralMedia(.base64(data), mediaType: mediaType ?? "image/\(format)")
            whole(.media(NeutralPart(.image(media))), nil, into: &events)
        case .hosted(let kind, let head):
            let value = Self.hosted(kind, head, block.kept)
            whole(.opaque(NeutralOpaque(origin: .bedrock, kind: kind, value: value)), nil, into: &events)
        }
        if let part = block.part { events.append(.partEnd(index: part)) }
    }

    /// Tells a part that was kept until its end.
    private mutating func whole(_ start: NeutralPartStart, _ text: JSONString?, into events: inout [NeutralEvent]) {
        let part = nextPart
        nextPart += 1
        events.append(.partStart(index: part, start))
        if let text, !text.isEmpty { events.append(.delta(index: part, text)) }
        events.append(.partEnd(index: part))
    }

    private func signature(_ value: JSONString) -> NeutralSignature {
        NeutralSignature(value, origin: NeutralOrigin(.bedrock, model: model))
    }

    /// The block that a vendor's own call or result is in a whole answer.
    private static func hosted(_ kind: String, _ head: JSONFragment, _ kept: [JSONString]) -> JSONFragment {
        var json = JSONWriter()
        json.beginObject()
        json.key(kind)
        json.beginObject()
        json.members(of: head, except: ["input", "content"])
        if kind == "toolUse" {
            json.key("input")
            json.fragment(NeutralToolCall.object(JSONString.joined(kept)) ?? .emptyObject)
        } else {
            json.key("content")
            json.beginArray()
            for items in kept {
                guard let list = try? JSONDocument(parsing: Array(items.utf8)) else { continue }
                for item in list.root.elements { json.fragment(JSONFragment(item)) }
            }
            json.endArray()
        }
        json.endObject()
        json.endObject()
        return JSONFragment(written: json.take())
    }
}
