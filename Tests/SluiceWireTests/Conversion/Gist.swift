import SluiceWire

/// What every chat dialect can say of a conversation, for comparing one request or answer in two dialects.
struct Gist: Hashable, CustomStringConvertible {
    var texts: [String] = []
    var calls: [String] = []
    var results: [String] = []
    var tools: [String] = []

    var description: String {
        "texts \(texts), calls \(calls), results \(results), tools \(tools)"
    }

    init(_ request: NeutralRequest) {
        for message in request.messages where message.role != .system && message.role != .developer {
            for part in message.parts { self.take(part) }
        }
        self.tools = request.tools.map(\.name)
    }

    init(_ response: NeutralResponse) {
        for part in response.parts { self.take(part) }
        // Dialects whose answer is one string join its texts.
        self.texts = self.texts.isEmpty ? [] : [self.texts.joined()]
    }

    private mutating func take(_ part: NeutralPart) {
        switch part.content {
        case .text(let text), .refusal(let text):
            if !text.isBlank { self.texts.append(text.text) }
        // Free text is no JSON: dialects without such tools wrap it.
        case .toolCall(let call) where call.isCustom || call.argumentsObject.map { Self.isWrapped($0) } ?? true:
            self.calls.append(call.name)
        case .toolCall(let call):
            let arguments = call.argumentsObject.map { Self.canonical($0) } ?? call.arguments.text
            self.calls.append("\(call.name)(\(arguments))")
        case .toolResult(let result):
            self.results.append(result.text.text)
        default: break
        }
    }

    /// Whether arguments are a text that was no JSON object, in one.
    private static func isWrapped(_ value: JSONFragment) -> Bool {
        guard let root = (try? value.parsed())?.root, root.count == 1 else { return false }
        return root["_raw"] != nil || root["input"]?.stringValue != nil
    }

    /// JSON without its white space.
    private static func canonical(_ value: JSONFragment) -> String {
        guard let document = try? value.parsed() else { return "?" }
        var writer = JSONWriter()
        self.write(document.root, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func write(_ node: JSONNode, to writer: inout JSONWriter) {
        switch node.kind {
        case .object:
            writer.beginObject()
            for (key, value) in node.members {
                writer.key(key)
                self.write(value, to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            for element in node.elements { self.write(element, to: &writer) }
            writer.endArray()
        case .string: writer.string(node.stringValue ?? "")
        default: writer.raw(node.rawBytes)
        }
    }
}
