import SluiceWire

/// One spelling for JSON values that mean the same: members sorted by key, no white space, escapes decoded, numbers
/// by value. What is signed is compared in it, since SDKs print JSON anew.
enum CanonicalJSON {
    /// Deeper values are cut off; the request's own parser is bounded too.
    private static let deepest = 128

    /// The spelling, without the members whose keys are in `ignored`, at any depth.
    static func bytes(_ node: JSONNode?, ignoring ignored: Set<String> = []) -> [UInt8] {
        guard let node else { return [] }
        var json = JSONWriter(capacity: 256)
        write(node, ignored, 0, to: &json)
        return json.take()
    }

    private static func write(_ node: JSONNode, _ ignored: Set<String>, _ depth: Int, to json: inout JSONWriter) {
        guard depth < deepest else { return json.null() }
        switch node.kind {
        case .object:
            json.beginObject()
            let members = node.members.filter { !ignored.contains($0.key) }
            for member in members.sorted(by: { $0.key < $1.key }) {
                json.key(member.key)
                write(member.value, ignored, depth + 1, to: &json)
            }
            json.endObject()
        case .array:
            json.beginArray()
            for element in node.elements { write(element, ignored, depth + 1, to: &json) }
            json.endArray()
        case .string: json.string(node.stringValue ?? "")
        case .number:
            if let value = node.intValue {
                json.integer(value)
            } else if let value = node.doubleValue {
                json.double(value)
            } else {
                json.raw(node.rawBytes)
            }
        case .true, .false: json.bool(node.boolValue ?? false)
        case .null: json.null()
        }
    }
}
