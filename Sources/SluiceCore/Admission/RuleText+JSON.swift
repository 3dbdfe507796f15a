public import SluiceWire

extension RuleText {
    /// Reads a JSON text: what ``KeyRecord/limits`` and ``RuleRecord/definition`` hold.
    ///
    /// Numbers are kept as they are written, `true`, `false` and `null` as these words. Throws ``JSONError``; at most 4,096 values
    /// are taken.
    public init(json: String) throws(JSONError) {
        self = Self.read(try JSONDocument(parsing: Array(json.utf8), limits: JSONLimits(maximumNodes: 4096)).root)
    }

    private static func read(_ node: JSONNode) -> RuleText {
        switch node.kind {
        case .string: .text(node.stringValue ?? "")
        case .array: .list(node.elements.map { Self.read($0) })
        case .object: .map(node.members.map { Entry($0.key, Self.read($0.value)) })
        default: .text(String(decoding: node.rawBytes, as: UTF8.self))
        }
    }

    /// The same as JSON, every value as a string: it reads back as the same.
    public var json: String {
        var writer = JSONWriter()
        self.write(to: &writer)
        return String(decoding: writer.take(), as: UTF8.self)
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): writer.string(text)
        case .list(let items):
            writer.beginArray()
            for item in items { item.write(to: &writer) }
            writer.endArray()
        case .map(let entries):
            writer.beginObject()
            for entry in entries {
                writer.key(entry.name)
                entry.value.write(to: &writer)
            }
            writer.endObject()
        }
    }
}
