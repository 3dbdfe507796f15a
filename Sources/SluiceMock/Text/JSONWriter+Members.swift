import SluiceWire

/// Members in one call, since every reply here is mostly members.
extension JSONWriter {
    mutating func member(_ key: StaticString, _ value: String) {
        self.key(key)
        string(value)
    }

    /// Writes null for nil.
    mutating func member(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    mutating func member(_ key: StaticString, _ value: Int) {
        self.key(key)
        integer(value)
    }

    mutating func member(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    mutating func memberNull(_ key: StaticString) {
        self.key(key)
        null()
    }

    /// Writes a member whose value is an object that `content` fills.
    mutating func object(_ key: StaticString, _ content: (inout JSONWriter) -> Void) {
        self.key(key)
        object(content)
    }

    /// Writes an object that `content` fills.
    mutating func object(_ content: (inout JSONWriter) -> Void) {
        beginObject()
        content(&self)
        endObject()
    }

    /// Writes a member whose value is an array that `content` fills.
    mutating func array(_ key: StaticString, _ content: (inout JSONWriter) -> Void) {
        self.key(key)
        beginArray()
        content(&self)
        endArray()
    }
}

extension [UInt8] {
    /// One JSON object, from the outermost brace on.
    static func json(capacity: Int = 512, _ content: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        json.object(content)
        return json.take()
    }
}
