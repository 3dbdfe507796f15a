import SluiceCore
import SluiceWire

/// Lists and maps in text columns, as JSON.
enum JSONColumn {
    /// The text of a list; `nil` stays `nil`.
    static func text(_ list: [String]?) -> String? {
        guard let list else { return nil }
        var writer = JSONWriter()
        writer.beginArray()
        for element in list { writer.string(element) }
        writer.endArray()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    /// The text of a map, sorted by key so that equal maps have equal texts.
    static func text(_ map: [String: String]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in map.sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    /// Reads a list. Throws `corrupt` when the text is none.
    static func list(_ text: String?) throws(StoreError) -> [String]? {
        guard let text else { return nil }
        let root = try Self.root(text)
        guard root.kind == .array else { throw Self.failure }
        var list: [String] = []
        for element in root.elements {
            guard let value = element.stringValue else { throw Self.failure }
            list.append(value)
        }
        return list
    }

    /// Reads a map. Throws `corrupt` when the text is none.
    static func map(_ text: String) throws(StoreError) -> [String: String] {
        let root = try Self.root(text)
        guard root.kind == .object else { throw Self.failure }
        var map: [String: String] = [:]
        for (key, value) in root.members {
            guard let value = value.stringValue else { throw Self.failure }
            map[key] = value
        }
        return map
    }

    private static let failure = StoreError(.corrupt, "a column that holds a list or a map holds something else")

    private static func root(_ text: String) throws(StoreError) -> JSONNode {
        do {
            return try JSONDocument(parsing: Array(text.utf8)).root
        } catch {
            throw Self.failure
        }
    }
}
