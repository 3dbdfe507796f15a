/// The items of a streamed answer while they grow: which neutral part each piece of them is.
struct OpenAIResponsesStreamItems {
    /// What an event does to an item.
    enum Step {
        case itemAdded, itemDone
        case partAdded, partDone
        case text(String, isDone: Bool)
        case annotation
        case summaryAdded
        case summary(isDone: Bool)
        case thought(isDone: Bool)
        case arguments(String, isDone: Bool)

        init?(_ type: String) {
            switch type {
            case "response.output_item.added": self = .itemAdded
            case "response.output_item.done": self = .itemDone
            case "response.content_part.added": self = .partAdded
            case "response.content_part.done": self = .partDone
            case "response.output_text.delta": self = .text("text", isDone: false)
            case "response.output_text.done": self = .text("text", isDone: true)
            case "response.output_text.annotation.added": self = .annotation
            case "response.refusal.delta": self = .text("refusal", isDone: false)
            case "response.refusal.done": self = .text("refusal", isDone: true)
            case "response.reasoning_summary_part.added": self = .summaryAdded
            case "response.reasoning_summary_text.delta": self = .summary(isDone: false)
            case "response.reasoning_summary_text.done": self = .summary(isDone: true)
            case "response.reasoning_text.delta": self = .thought(isDone: false)
            case "response.reasoning_text.done": self = .thought(isDone: true)
            case "response.function_call_arguments.delta": self = .arguments("arguments", isDone: false)
            case "response.function_call_arguments.done": self = .arguments("arguments", isDone: true)
            case "response.custom_tool_call_input.delta": self = .arguments("input", isDone: false)
            case "response.custom_tool_call_input.done": self = .arguments("input", isDone: true)
            default: return nil
            }
        }
    }

    private struct Part {
        /// The place within the item.
        var content: Int
        /// The neutral index.
        var index: Int
        var hasDelta = false
        var hasCitations = false
        var hasLogprobs = false
        var isEnded = false
    }

    private struct Item {
        var output: Int
        var id: String?
        var parts: [Part] = []
        var isCall = false
        /// Of thoughts: whether the summary is read or the thoughts themselves, and how many pieces have begun.
        var readsSummary: Bool?
        var segment = 0
        var segmentHasDelta = false
    }

    /// Whether the answer calls tools.
    private(set) var hasCalls = false
    private let names: FittedToolNames
    private var open: [Item] = []
    private var finished: Set<Int> = []
    private var nextIndex = 0

    /// Made for the answer to a request with these tools.
    init(_ tools: [NeutralTool]) {
        names = FittedToolNames(tools)
    }

    mutating func take(
        _ step: Step,
        _ root: JSONNode,
        _ context: inout ResponseReading,
        into events: inout [NeutralEvent]
    ) {
        guard let place = place(of: root, step) else { return }
        switch step {
        case .itemAdded:
            if let item = root["item"] { added(item, place, into: &events) }
        case .itemDone:
            if let item = root["item"] { done(item, place, &context, into: &events) }
        case .partAdded:
            guard let part = root["part"], let content = Self.content(root) else { return }
            switch part["type"]?.stringValue {
            case "output_text", "text": _ = openPart(.text, content, place, into: &events)
            case "refusal": _ = openPart(.refusal, content, place, into: &events)
            default: break
            }
        case .partDone:
            guard let part = root["part"], let content = Self.content(root) else { return }
            complete(part, content, place, into: &events)
        case .text(let key, let isDone):
            guard let content = Self.content(root) else { return }
            guard !open[place].isCall else { return }
            let part = openPart(key == "text" ? .text : .refusal, content, place, into: &events)
            if isDone {
                fill(root[key], part, place, into: &events)
            } else {
                append(root["delta"], part, place, into: &events)
                if let list = root["logprobs"], list.count > 0 {
                    annotate([.logprobs(JSONFragment(list))], part, place, into: &events)
                }
            }
        case .annotation:
            guard let content = Self.content(root), !open[place].isCall, let node = root["annotation"],
                node.kind == .object
            else { return }
            let part = openPart(.text, content, place, into: &events)
            annotate([.citation(OpenAIResponsesOutputReader.citation(node))], part, place, into: &events)
        case .summaryAdded: think(nil, root["summary_index"], isSummary: true, isDone: false, place, into: &events)
        case .summary(let isDone):
            think(
                root[isDone ? "text" : "delta"], root["summary_index"], isSummary: true, isDone: isDone, place,
                into: &events)
        case .thought(let isDone):
            think(
                root[isDone ? "text" : "delta"], root["content_index"], isSummary: false, isDone: isDone, place,
                into: &events)
        case .arguments(let key, let isDone):
            // Before the name is known there is no part; its arguments come again when the item is done.
            guard open[place].isCall else { return }
            if isDone {
                fill(root[key], 0, place, into: &events)
            } else {
                append(root["delta"], 0, place, into: &events)
            }
        }
    }

    /// The answer is complete: what was not streamed is taken from it, and what is open ends.
    mutating func complete(_ output: JSONNode?, _ context: inout ResponseReading, into events: inout [NeutralEvent]) {
        if let output {
            for (number, item) in output.elements.enumerated() where !finished.contains(number) {
                let place = open.firstIndex { $0.output == number } ?? append(number, nil)
                done(item, place, &context, into: &events)
            }
        }
        for place in open.indices { endParts(place, into: &events) }
        open.removeAll()
    }

    // MARK: Places

    /// Where the event's item is among the open ones; `nil` for an item that is done.
    private mutating func place(of root: JSONNode, _ step: Step) -> Int? {
        if let output = root["output_index"]?.intValue {
            guard !finished.contains(output) else { return nil }
            return open.firstIndex { $0.output == output } ?? append(output, nil)
        }
        // Without a number the id tells, and else the order.
        let id = root["item_id"]?.stringValue ?? root["item"]?["id"]?.stringValue
        if let known = open.lastIndex(where: { $0.id != nil && $0.id == id }) { return known }
        if case .itemAdded = step { return append(open.count + finished.count, id) }
        return open.indices.last ?? append(finished.count, id)
    }

    private mutating func append(_ output: Int, _ id: String?) -> Int {
        open.append(Item(output: output, id: id))
        return open.count - 1
    }

    private static func content(_ root: JSONNode) -> Int? {
        root["content_index"].map { $0.intValue } ?? 0
    }

    // MARK: Items

    private mutating func added(_ item: JSONNode, _ place: Int, into events: inout [NeutralEvent]) {
        guard open[place].parts.isEmpty else { return }
        switch item["type"]?.stringValue {
        case "reasoning": _ = openPart(.thinking, 0, place, into: &events)
        case "function_call", "custom_tool_call":
            guard let id = OpenAIResponsesOutputReader.callID(item), let name = item["name"]?.stringValue, !name.isEmpty
            else { return }
            hasCalls = true
            _ = openPart(.toolCall(id: id, name: names.original(name)), 0, place, into: &events)
        default: break
        }
    }

    private mutating func done(
        _ item: JSONNode,
        _ place: Int,
        _ context: inout ResponseReading,
        into events: inout [NeutralEvent]
    ) {
        defer {
            endParts(place, into: &events)
            finished.insert(open[place].output)
            open.remove(at: place)
        }
        if item["type"]?.stringValue == "message" {
            guard let content = item["content"] else { return }
            for (index, node) in content.elements.enumerated() { complete(node, index, place, into: &events) }
            return
        }
        guard let part = OpenAIResponsesOutputReader.parts(item, &context).first else { return }
        switch part.content {
        case .thinking(let text):
            let index = openPart(.thinking, 0, place, into: &events)
            if !open[place].parts[index].hasDelta, !text.isEmpty { emit(text, index, place, into: &events) }
            if let signature = part.signature {
                events.append(.signature(index: open[place].parts[index].index, signature))
            }
        case .toolCall(let call):
            hasCalls = true
            let index = openPart(.toolCall(id: call.id, name: call.name), 0, place, into: &events)
            if !open[place].parts[index].hasDelta, !call.arguments.isEmpty {
                emit(call.arguments, index, place, into: &events)
            }
        case .opaque(let opaque): _ = openPart(.opaque(opaque), 0, place, into: &events)
        default: break
        }
    }

    // MARK: Parts

    /// The place of a part within its item; it begins when it is new.
    private mutating func openPart(
        _ start: NeutralPartStart,
        _ content: Int,
        _ place: Int,
        into events: inout [NeutralEvent]
    ) -> Int {
        if let index = open[place].parts.firstIndex(where: { $0.content == content }) { return index }
        open[place].parts.append(Part(content: content, index: nextIndex))
        if case .toolCall = start { open[place].isCall = true }
        events.append(.partStart(index: nextIndex, start))
        nextIndex += 1
        return open[place].parts.count - 1
    }

    private mutating func emit(_ text: JSONString, _ part: Int, _ place: Int, into events: inout [NeutralEvent]) {
        guard !text.isEmpty, !open[place].parts[part].isEnded else { return }
        open[place].parts[part].hasDelta = true
        events.append(.delta(index: open[place].parts[part].index, text))
    }

    private mutating func annotate(
        _ annotations: [NeutralAnnotation], _ part: Int, _ place: Int, into events: inout [NeutralEvent]
    ) {
        guard !open[place].parts[part].isEnded else { return }
        for annotation in annotations {
            switch annotation {
            case .citation: open[place].parts[part].hasCitations = true
            case .logprobs: open[place].parts[part].hasLogprobs = true
            }
            events.append(.annotation(index: open[place].parts[part].index, annotation))
        }
    }

    private mutating func append(_ node: JSONNode?, _ part: Int, _ place: Int, into events: inout [NeutralEvent]) {
        if let text = JSONString(node) { emit(text, part, place, into: &events) }
    }

    /// Takes a whole text of which no delta came.
    private mutating func fill(_ node: JSONNode?, _ part: Int, _ place: Int, into events: inout [NeutralEvent]) {
        if !open[place].parts[part].hasDelta { append(node, part, place, into: &events) }
    }

    /// A part of a message is complete.
    private mutating func complete(
        _ node: JSONNode,
        _ content: Int,
        _ place: Int,
        into events: inout [NeutralEvent]
    ) {
        guard let whole = OpenAIResponsesOutputReader.content(node) else { return }
        switch whole.content {
        case .text(let text):
            let part = openPart(.text, content, place, into: &events)
            if !open[place].parts[part].hasDelta { emit(text, part, place, into: &events) }
            // What was not said on the way is said here.
            let (hasCitations, hasLogprobs) =
                (open[place].parts[part].hasCitations, open[place].parts[part].hasLogprobs)
            let more = whole.annotations.filter { annotation in
                if case .citation = annotation { !hasCitations } else { !hasLogprobs }
            }
            annotate(more, part, place, into: &events)
            end(part, place, into: &events)
        case .refusal(let text):
            let part = openPart(.refusal, content, place, into: &events)
            if !open[place].parts[part].hasDelta { emit(text, part, place, into: &events) }
            end(part, place, into: &events)
        default: break
        }
    }

    private mutating func end(_ part: Int, _ place: Int, into events: inout [NeutralEvent]) {
        guard !open[place].parts[part].isEnded else { return }
        open[place].parts[part].isEnded = true
        events.append(.partEnd(index: open[place].parts[part].index))
    }

    private mutating func endParts(_ place: Int, into events: inout [NeutralEvent]) {
        for part in open[place].parts.indices { end(part, place, into: &events) }
    }

    /// A piece of thoughts. Of a summary and the thoughts themselves only what comes first is read, as in whole
    /// answers.
    private mutating func think(
        _ text: JSONNode?,
        _ number: JSONNode?,
        isSummary: Bool,
        isDone: Bool,
        _ place: Int,
        into events: inout [NeutralEvent]
    ) {
        let part = openPart(.thinking, 0, place, into: &events)
        guard (open[place].readsSummary ?? isSummary) == isSummary else { return }
        open[place].readsSummary = isSummary
        if let segment = number?.intValue, segment > open[place].segment {
            open[place].segment = segment
            open[place].segmentHasDelta = false
            emit(OpenAIResponsesReasoning.separator, part, place, into: &events)
        }
        guard let text = JSONString(text), !text.isEmpty, !(isDone && open[place].segmentHasDelta) else { return }
        open[place].segmentHasDelta = true
        emit(text, part, place, into: &events)
    }
}
