/// Reads a streamed answer of `POST /v1/messages`.
///
/// Named events, each with its `type` in the data too: `message_start`, then for each block `content_block_start`,
/// `content_block_delta`, `content_block_stop`, then `message_delta` with the reason and the usage, and `message_stop`.
/// `ping` may come at any time; unknown events and deltas are passed over, as the vendor asks.
/// Source: Anthropic streaming guide and SDK types (read 2026-11).
struct AnthropicStreamReader: ChatStreamReader {
    private struct Block {
        enum Kind {
            case text
            case thinking
            case call
            /// A call of a tool of free text: its arguments are unwrapped when they are whole.
            case custom
            /// A block of the vendor's own, whole only at its end.
            case opaque(type: String, value: JSONNode)
        }

        var vendorIndex: Int
        /// The number among the parts; `nil` while it waits for its end.
        var index: Int?
        var kind: Kind
        var signature: NeutralSignature?
        /// What was collected: arguments of a call whose text waits, input of the vendor's block.
        var collected = JSONString.empty
        var hasDelta = false
    }

    private(set) var losses: ConversionLosses
    private var parser = SSEParser()
    /// What is kept of blocks that pass whole, in bytes, and how much that may be.
    private var collectedBytes = 0
    private static let collectedLimit = 16 * 1024 * 1024
    private var blocks: [Block] = []
    private var nextIndex = 0
    private var counts = AnthropicUsageCounts()
    private var hasStarted = false
    private var hasFinished = false
    private var isOver = false
    private let origin: NeutralOrigin
    private let names: AnthropicToolNames

    init(_ context: ResponseReading) {
        losses = context.losses
        origin = NeutralOrigin(.anthropic, model: context.model)
        names = AnthropicToolNames(context.request.tools)
    }

    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        var offset = 0
        while !isOver, let event = parser.next(in: bytes, at: &offset) {
            let data = parser.withData(of: event, in: bytes) { Self.parse($0) }
            take(event, data, into: &events)
        }
    }

    mutating func finish(into events: inout [NeutralEvent]) {
        guard !isOver else { return }
        if let event = parser.finish() {
            let data = parser.withData(of: event, in: [UInt8]().span) { Self.parse($0) }
            take(event, data, into: &events)
        }
        guard !isOver, hasFinished else { return }
        isOver = true
        events.append(.end)
    }

    // MARK: Events

    private static func parse(_ data: Span<UInt8>) -> JSONDocument? {
        try? JSONDocument(copying: data)
    }

    private mutating func take(_ event: SSEEvent, _ data: JSONDocument?, into events: inout [NeutralEvent]) {
        guard let root = data?.root, root.kind == .object else {
            // Servers that copy the habits of chat end with `[DONE]`; an event named `ping` may hold anything.
            if event.type == "ping" { return events.append(.ping) }
            guard hasFinished else { return fail("The provider's stream has an event that is no JSON.", into: &events) }
            isOver = true
            return events.append(.end)
        }
        switch root["type"]?.stringValue ?? event.type {
        case "message_start": start(root["message"], into: &events)
        case "content_block_start": open(root, into: &events)
        case "content_block_delta": delta(root, into: &events)
        case "content_block_stop":
            guard let index = root["index"]?.intValue else { return }
            if let place = blocks.firstIndex(where: { $0.vendorIndex == index }) { close(place, into: &events) }
        case "message_delta": messageDelta(root, into: &events)
        case "message_stop": stop(into: &events)
        case "ping": events.append(.ping)
        case "error":
            isOver = true
            events.append(.error(AnthropicErrors.read(event: root)))
        default: break
        }
    }

    private mutating func start(_ message: JSONNode?, into events: inout [NeutralEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        counts = AnthropicUsageCounts(message?["usage"])
        events.append(
            .start(
                NeutralStart(
                    id: message?["id"]?.stringValue, model: message?["model"]?.stringValue, usage: counts.usage)))
    }

    private mutating func open(_ root: JSONNode, into events: inout [NeutralEvent]) {
        guard !hasFinished, let block = root["content_block"], let type = block["type"]?.stringValue else { return }
        start(nil, into: &events)
        let vendorIndex = root["index"]?.intValue ?? blocks.count
        // A block that was never closed ends where the next one of its number begins.
        if let place = blocks.firstIndex(where: { $0.vendorIndex == vendorIndex }) { close(place, into: &events) }
        switch type {
        case "text":
            begin(Block(vendorIndex: vendorIndex, kind: .text), .text, into: &events)
            if let text = JSONString(block["text"]), !text.isEmpty { append(text, into: &events) }
            if let citations = block["citations"], citations.kind == .array, let index = blocks.last?.index {
                for citation in citations.elements {
                    events.append(.annotation(index: index, .citation(AnthropicResponseReader.citation(citation))))
                }
            }
        case "thinking":
            var new = Block(vendorIndex: vendorIndex, kind: .thinking)
            new.signature = AnthropicResponseReader.signature(block["signature"], origin)
            begin(new, .thinking, into: &events)
            if let text = JSONString(block["thinking"]), !text.isEmpty { append(text, into: &events) }
        case "redacted_thinking":
            guard let data = JSONString(block["data"]) else { return }
            // Nothing can be added to it.
            begin(
                Block(vendorIndex: vendorIndex, kind: .text),
                .redactedThinking(NeutralSignature(data, origin: origin)), into: &events)
        case "tool_use":
            guard let id = block["id"]?.stringValue, let name = block["name"]?.stringValue else {
                return fail("The provider's stream has a tool call without an id or a name.", into: &events)
            }
            let original = names.original(name)
            var new = Block(vendorIndex: vendorIndex, kind: names.isCustom(original) ? .custom : .call)
            // A call that needs no arguments may have them whole at its beginning.
            if let input = block["input"], input.count > 0 { new.collected = JSONString(utf8: input.rawBytes) }
            begin(new, .toolCall(id: id, name: original), into: &events)
        default:
            blocks.append(Block(vendorIndex: vendorIndex, kind: .opaque(type: type, value: block)))
        }
    }

    private mutating func begin(_ block: Block, _ start: NeutralPartStart, into events: inout [NeutralEvent]) {
        var block = block
        block.index = nextIndex
        blocks.append(block)
        events.append(.partStart(index: nextIndex, start))
        nextIndex += 1
    }

    /// Appends text of the block that was opened last.
    private mutating func append(_ text: JSONString, into events: inout [NeutralEvent]) {
        guard let index = blocks.last?.index else { return }
        events.append(.delta(index: index, text))
    }

    private mutating func delta(_ root: JSONNode, into events: inout [NeutralEvent]) {
        guard let vendorIndex = root["index"]?.intValue, let delta = root["delta"],
            let place = blocks.lastIndex(where: { $0.vendorIndex == vendorIndex })
        else { return }
        switch (delta["type"]?.stringValue, blocks[place].kind) {
        case ("text_delta", .text): pass(delta["text"], place, into: &events)
        case ("thinking_delta", .thinking): pass(delta["thinking"], place, into: &events)
        case ("signature_delta", .thinking):
            // The vendor's SDK takes the last one as the whole.
            blocks[place].signature =
                AnthropicResponseReader.signature(delta["signature"], origin) ?? blocks[place].signature
        case ("input_json_delta", .call):
            guard let text = JSONString(delta["partial_json"]), !text.isEmpty, let index = blocks[place].index else {
                return
            }
            blocks[place].hasDelta = true
            events.append(.delta(index: index, text))
        case ("input_json_delta", .custom), ("input_json_delta", .opaque):
            guard let text = JSONString(delta["partial_json"]), !text.isEmpty else { return }
            if !blocks[place].hasDelta { blocks[place].collected = .empty }
            blocks[place].hasDelta = true
            collectedBytes += text.escaped.count
            guard collectedBytes <= Self.collectedLimit else {
                return fail("The provider's stream has a block that is too long.", into: &events)
            }
            blocks[place].collected.append(text)
        case ("compaction_delta", .opaque(let type, let value)):
            if let whole = Self.replacing(value, with: delta) { blocks[place].kind = .opaque(type: type, value: whole) }
        case ("citations_delta", .text):
            guard let citation = delta["citation"], citation.kind == .object, let index = blocks[place].index else {
                return
            }
            events.append(.annotation(index: index, .citation(AnthropicResponseReader.citation(citation))))
        default: break
        }
    }

    private mutating func pass(_ node: JSONNode?, _ place: Int, into events: inout [NeutralEvent]) {
        guard let text = JSONString(node), !text.isEmpty, let index = blocks[place].index else { return }
        events.append(.delta(index: index, text))
    }

    private mutating func close(_ place: Int, into events: inout [NeutralEvent]) {
        let block = blocks.remove(at: place)
        switch block.kind {
        case .text: break
        case .thinking:
            if let index = block.index, let signature = block.signature {
                events.append(.signature(index: index, signature))
            }
        case .call:
            if let index = block.index, !block.hasDelta, !block.collected.isEmpty {
                events.append(.delta(index: index, block.collected))
            }
        case .custom:
            let text = AnthropicToolNames.unwrap(block.collected)
            if let index = block.index, !text.isEmpty { events.append(.delta(index: index, text)) }
        case .opaque(let type, let value):
            let input = block.hasDelta ? NeutralToolCall.object(block.collected) : nil
            let whole = input.map { Self.replacing(value, input: $0) } ?? JSONFragment(value)
            events.append(
                .partStart(
                    index: nextIndex, .opaque(NeutralOpaque(origin: .anthropic, kind: type, value: whole))))
            events.append(.partEnd(index: nextIndex))
            nextIndex += 1
            return
        }
        if let index = block.index { events.append(.partEnd(index: index)) }
    }

    private mutating func messageDelta(_ root: JSONNode, into events: inout [NeutralEvent]) {
        start(nil, into: &events)
        if let usage = root["usage"] {
            counts.merge(AnthropicUsageCounts(usage))
            if let usage = counts.usage { events.append(.usage(usage)) }
        }
        guard !hasFinished, let delta = root["delta"], let word = delta["stop_reason"]?.stringValue else { return }
        while !blocks.isEmpty { close(0, into: &events) }
        hasFinished = true
        events.append(
            .finish(
                AnthropicStopReason.read(word, sequence: delta["stop_sequence"], details: delta["stop_details"])))
    }

    private mutating func stop(into events: inout [NeutralEvent]) {
        guard hasFinished else {
            return fail("The provider's stream stopped without a stop_reason.", into: &events)
        }
        isOver = true
        events.append(.end)
    }

    private mutating func fail(_ message: String, into events: inout [NeutralEvent]) {
        isOver = true
        events.append(.error(NeutralError(.server, status: 502, message: message)))
    }

    // MARK: Blocks of the vendor's own

    private static func replacing(_ block: JSONNode, input: JSONFragment) -> JSONFragment {
        var out = AnthropicWriter(capacity: block.rawBytes.count + input.bytes.count)
        out.json.beginObject()
        for (key, value) in block.members where key != "input" {
            out.json.key(key)
            out.json.fragment(JSONFragment(value))
        }
        out.member("input", input)
        out.json.endObject()
        return JSONFragment(written: out.json.take())
    }

    /// A compaction block with what its delta says.
    private static func replacing(_ block: JSONNode, with delta: JSONNode) -> JSONNode? {
        var out = AnthropicWriter(capacity: block.rawBytes.count + delta.rawBytes.count)
        out.json.beginObject()
        for (key, value) in block.members where delta[key] == nil || key == "type" {
            out.json.key(key)
            out.json.fragment(JSONFragment(value))
        }
        for (key, value) in delta.members where key != "type" {
            out.json.key(key)
            out.json.fragment(JSONFragment(value))
        }
        out.json.endObject()
        return try? JSONDocument(parsing: out.json.take()).root
    }
}
