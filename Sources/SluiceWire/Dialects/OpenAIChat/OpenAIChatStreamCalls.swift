/// The tool calls of a stream, put together from their pieces.
///
/// Pieces are `{"index","id","type","function":{"name","arguments"}}`, of which only `arguments` comes more than once by
/// rule. In practice the index may be missing or always 0, the id missing or late, the name repeated; calls may be
/// interleaved, and several may come in one chunk. A call begins once its name and its id are known; an id that has not
/// come with the second piece, or with the next call, is made up.
struct OpenAIChatStreamCalls: Sendable {
    private struct Call: Sendable {
        var key: Int?
        var id = ""
        var name = ""
        var waiting: [JSONString] = []
        var signature: JSONString?
        var pieceCount = 0
        var part: Int?
    }

    private static let countLimit = 1024
    private static let waitingLimitBytes = 16 * 1024 * 1024

    /// Why no more can be read.
    private(set) var error: NeutralError?
    private var calls: [Call] = []
    private var waitingBytes = 0
    private var identifiers: NeutralIdentifiers
    private let names: FittedToolNames
    private let model: String

    init(_ context: ResponseReading) {
        identifiers = context.identifiers
        names = FittedToolNames(context.request.tools)
        model = context.model
    }

    /// Whether there was a call.
    var hasCalls: Bool { calls.contains { $0.part != nil } }

    /// Takes a piece of `tool_calls`.
    mutating func take(_ node: JSONNode, _ nextIndex: inout Int, into events: inout [NeutralEvent]) {
        guard error == nil, node.kind == .object else { return }
        let body = node["function"] ?? node["custom"]
        take(
            key: node["index"]?.intValue, id: node["id"]?.stringValue ?? "", name: body?["name"]?.stringValue ?? "",
            arguments: Self.text(body?["arguments"] ?? body?["input"]),
            signature: OpenAIChatGoogleSignature.read(node), &nextIndex, into: &events)
    }

    /// Takes a piece of `function_call`, the form before tools: there is one call, without an id.
    mutating func takeLegacy(_ node: JSONNode, _ nextIndex: inout Int, into events: inout [NeutralEvent]) {
        guard error == nil else { return }
        take(
            key: 0, id: calls.isEmpty ? identifiers.make("call_") : "", name: node["name"]?.stringValue ?? "",
            arguments: Self.text(node["arguments"]), signature: nil, &nextIndex, into: &events)
    }

    private static func text(_ node: JSONNode?) -> JSONString {
        JSONString(node) ?? node.flatMap { $0.kind == .object ? JSONString(utf8: $0.rawBytes) : nil } ?? .empty
    }

    private mutating func take(
        key: Int?,
        id: String,
        name: String,
        arguments: JSONString,
        signature: JSONString?,
        _ nextIndex: inout Int,
        into events: inout [NeutralEvent]
    ) {
        let place: Int
        if let known = self.place(key: key, id: id, name: name) {
            place = known
        } else {
            // The calls before it get no more of an id than they have.
            for earlier in calls.indices { begin(earlier, mayMakeID: true, &nextIndex, into: &events) }
            guard calls.count < Self.countLimit else { return fail("The provider called too many tools at once.") }
            place = calls.count
            calls.append(Call(key: key))
        }
        if calls[place].id.isEmpty { calls[place].id = id }
        if calls[place].name.isEmpty { calls[place].name = name }
        if let signature, calls[place].signature == nil {
            calls[place].signature = signature
            if let part = calls[place].part { events.append(.signature(index: part, self.signature(signature))) }
        }
        calls[place].pieceCount += 1
        if !arguments.isEmpty {
            if let part = calls[place].part {
                events.append(.delta(index: part, arguments))
            } else {
                waitingBytes += arguments.escaped.count
                guard waitingBytes <= Self.waitingLimitBytes else {
                    return fail("The provider sent more arguments without a tool's name than can be kept.")
                }
                calls[place].waiting.append(arguments)
            }
        }
        begin(place, mayMakeID: calls[place].pieceCount > 1, &nextIndex, into: &events)
    }

    /// Which call a piece belongs to; `nil` for a new one.
    private func place(key: Int?, id: String, name: String) -> Int? {
        if let key {
            guard let place = calls.lastIndex(where: { $0.key == key }) else { return nil }
            // The same index with another id and a name is another call.
            let isOther = !id.isEmpty && !calls[place].id.isEmpty && id != calls[place].id && !name.isEmpty
            return isOther ? nil : place
        }
        if !id.isEmpty { return calls.lastIndex { $0.id == id } }
        return name.isEmpty ? calls.indices.last : nil
    }

    private mutating func begin(
        _ place: Int,
        mayMakeID: Bool,
        _ nextIndex: inout Int,
        into events: inout [NeutralEvent]
    ) {
        guard calls[place].part == nil, !calls[place].name.isEmpty else { return }
        if calls[place].id.isEmpty {
            guard mayMakeID else { return }
            calls[place].id = identifiers.make("call_")
        }
        calls[place].part = nextIndex
        events.append(
            .partStart(
                index: nextIndex,
                .toolCall(
                    id: calls[place].id, name: names.original(calls[place].name),
                    signature: calls[place].signature.map { signature($0) })))
        for text in calls[place].waiting {
            waitingBytes -= text.escaped.count
            events.append(.delta(index: nextIndex, text))
        }
        calls[place].waiting = []
        nextIndex += 1
    }

    private func signature(_ value: JSONString) -> NeutralSignature {
        NeutralSignature(value, origin: NeutralOrigin(.gemini, model: model))
    }

    private mutating func fail(_ message: String) {
        error = NeutralError(.server, status: 502, message: message)
    }

    /// Ends all calls. One that has no name by now was none, or is an error when it has arguments.
    mutating func finish(_ nextIndex: inout Int, into events: inout [NeutralEvent]) {
        for place in calls.indices {
            begin(place, mayMakeID: true, &nextIndex, into: &events)
            if calls[place].part == nil, !calls[place].id.isEmpty || !calls[place].waiting.isEmpty {
                return fail("The provider called a tool without a name.")
            }
        }
        for call in calls {
            if let part = call.part { events.append(.partEnd(index: part)) }
        }
    }
}
