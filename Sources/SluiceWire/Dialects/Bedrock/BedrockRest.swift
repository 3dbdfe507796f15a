/// The members of an object that have no place in the neutral model, kept together as one extra of the object's name.
struct BedrockRest {
    private var json = JSONWriter(capacity: 0)
    private var isEmpty = true

    init() {}

    /// Keeps a member.
    mutating func keep(_ key: String, _ value: JSONNode) {
        if isEmpty { json.beginObject() }
        isEmpty = false
        json.key(key)
        json.fragment(JSONFragment(value))
    }

    /// Adds what was kept.
    mutating func append(to extras: inout NeutralExtras, as name: String) {
        guard !isEmpty else { return }
        json.endObject()
        extras.append(name, JSONFragment(written: json.take()), from: .bedrock)
        isEmpty = true
    }
}
