import SluiceWire

/// Requests in the spelling with underscores, which Google's servers take beside the usual one, in any mixture:
/// `system_instruction` for `systemInstruction`. Its own Python SDK (3.4) sends `parameters_json_schema` so.
enum GeminiSpelling {
    /// Members whose values are the caller's own, names and all.
    private static let free: Set<String> = [
        "args", "parametersJsonSchema", "responseJsonSchema", "labels", "partMetadata", "default", "example",
        "enum", "googleSearch", "codeExecution", "urlContext", "safetySettings",
    ]
    private static let deepest = 96

    /// The request with its names in the usual spelling; the same one when it is so already.
    static func usual(_ root: JSONNode) throws(RequestFault) -> JSONNode {
        guard root.rawBytes.contains(0x5F) else { return root }
        var json = JSONWriter(capacity: root.range.count)
        write(root, parent: "", depth: 0, to: &json)
        do {
            return try JSONDocument(parsing: json.take()).root
        } catch {
            throw GeminiError.invalid("", "Invalid JSON payload received. \(error.description)")
        }
    }

    /// `parent` is the name of the member that `node` is the value of.
    private static func write(_ node: JSONNode, parent: String, depth: Int, to json: inout JSONWriter) {
        guard depth < deepest else { return json.raw(node.rawBytes) }
        switch node.kind {
        case .object:
            json.beginObject()
            for (name, value) in node.members {
                // The properties of a schema have the names that its author gave them.
                let usual = parent == "properties" ? name : camel(name)
                json.key(usual)
                let isFree = free.contains(usual) || parent == "functionResponse" && usual == "response"
                if isFree, parent != "properties" {
                    json.raw(value.rawBytes)
                } else {
                    write(value, parent: parent == "properties" ? "" : usual, depth: depth + 1, to: &json)
                }
            }
            json.endObject()
        case .array:
            json.beginArray()
            for element in node.elements { write(element, parent: "", depth: depth + 1, to: &json) }
            json.endArray()
        default:
            json.raw(node.rawBytes)
        }
    }

    private static func camel(_ name: String) -> String {
        guard name.utf8.contains(0x5F), name.utf8.first != 0x5F else { return name }
        var result = ""
        for (index, word) in name.split(separator: "_").enumerated() {
            result += index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
        }
        return result
    }
}
