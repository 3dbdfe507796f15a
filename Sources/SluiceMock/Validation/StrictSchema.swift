import SluiceWire

/// The part of JSON Schema that vendors promise to keep to, and so the only part that they take for it.
enum StrictSchema {
    private static let deepest = 32

    /// The path of the first object that does not close its properties, like `.properties.city`; nil when all do.
    static func firstOpenObject(in schema: JSONNode?) -> String? {
        guard let schema else { return nil }
        return find(schema, "", 0) { isObject($0) && $0["additionalProperties"]?.boolValue != false }
    }

    /// The path of the first object whose `required` leaves one of its properties out.
    static func firstOptionalProperty(in schema: JSONNode?) -> String? {
        guard let schema else { return nil }
        return find(schema, "", 0) { node in
            guard isObject(node), let properties = node["properties"] else { return false }
            let required = Set(node["required"]?.elements.compactMap(\.stringValue) ?? [])
            return !properties.members.allSatisfy { required.contains($0.key) }
        }
    }

    private static func isObject(_ node: JSONNode) -> Bool {
        node["type"]?.stringValue == "object"
            || node["type"]?.elements.contains(where: { $0.stringValue == "object" }) == true
    }

    private static func find(
        _ node: JSONNode, _ path: String, _ depth: Int, _ isFound: (JSONNode) -> Bool
    ) -> String? {
        guard depth < deepest, node.kind == .object else { return nil }
        if isFound(node) { return path }
        for key in ["properties", "$defs", "definitions"] {
            for (name, value) in node[key]?.members.map({ $0 }) ?? [] {
                if let found = find(value, "\(path).\(key).\(name)", depth + 1, isFound) { return found }
            }
        }
        if let items = node["items"], let found = find(items, path + ".items", depth + 1, isFound) { return found }
        for key in ["anyOf", "oneOf", "allOf"] {
            for (index, value) in (node[key]?.elements.map { $0 } ?? []).enumerated() {
                if let found = find(value, "\(path).\(key).\(index)", depth + 1, isFound) { return found }
            }
        }
        return nil
    }
}
