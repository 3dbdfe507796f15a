/// Members of an inner object that have no place in the neutral model, gathered into one object.
struct OpenAIChatRest {
    private var writer: JSONWriter?

    mutating func append(_ key: String, _ value: JSONNode) {
        if writer == nil {
            writer = JSONWriter()
            writer?.beginObject()
        }
        writer?.key(key)
        writer?.raw(value.rawBytes)
    }

    /// The object; `nil` when it would be empty.
    var fragment: JSONFragment? {
        guard var writer else { return nil }
        writer.endObject()
        return JSONFragment(written: writer.take())
    }

    /// Writes the members of an object that was gathered.
    static func write(_ fragment: JSONFragment?, to writer: inout JSONWriter) {
        guard let fragment, let document = try? fragment.parsed() else { return }
        for (key, value) in document.root.members {
            writer.key(key)
            writer.raw(value.rawBytes)
        }
    }
}
