/// A JSON writer that writes a member in one call.
struct AnthropicWriter {
    var json: JSONWriter

    init(capacity: Int = 256) {
        json = JSONWriter(capacity: capacity)
    }

    /// Appends to `bytes`, which are the writer's until they are taken out of it.
    init(appendingTo bytes: consuming [UInt8]) {
        json = JSONWriter(appendingTo: bytes)
    }

    mutating func member(_ key: StaticString, _ value: String) {
        json.key(key)
        json.string(value)
    }

    mutating func member(_ key: StaticString, _ value: JSONString) {
        json.key(key)
        json.string(value)
    }

    mutating func member(_ key: StaticString, _ value: Int) {
        json.key(key)
        json.integer(value)
    }

    mutating func member(_ key: StaticString, _ value: Bool) {
        json.key(key)
        json.bool(value)
    }

    mutating func member(_ key: StaticString, _ value: NumberText) {
        json.key(key)
        json.number(value)
    }

    mutating func member(_ key: StaticString, _ value: JSONFragment) {
        json.key(key)
        json.fragment(value)
    }

    mutating func null(_ key: StaticString) {
        json.key(key)
        json.null()
    }

    mutating func beginObject(_ key: StaticString) {
        json.key(key)
        json.beginObject()
    }

    mutating func beginArray(_ key: StaticString) {
        json.key(key)
        json.beginArray()
    }
}
