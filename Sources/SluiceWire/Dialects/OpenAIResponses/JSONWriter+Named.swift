/// Members in one call: what a dialect with many fixed names writes all the time.
extension JSONWriter {
    /// Writes a member.
    mutating func named(_ key: StaticString, _ value: String) {
        self.key(key)
        string(value)
    }

    /// Writes a member as it was escaped.
    mutating func named(_ key: StaticString, text value: JSONString) {
        self.key(key)
        string(value)
    }

    /// Writes a member.
    mutating func named(_ key: StaticString, _ value: Int) {
        self.key(key)
        integer(value)
    }

    /// Writes a member.
    mutating func named(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    /// Writes a member as it was written.
    mutating func named(_ key: StaticString, number value: NumberText) {
        self.key(key)
        number(value)
    }

    /// Writes a member as it was written.
    mutating func named(_ key: StaticString, json value: JSONFragment) {
        self.key(key)
        fragment(value)
    }

    /// Writes a member that is `null`.
    mutating func namedNull(_ key: StaticString) {
        self.key(key)
        null()
    }

    /// Writes a member that is an empty array.
    mutating func namedEmptyArray(_ key: StaticString) {
        self.key(key)
        beginArray()
        endArray()
    }

    /// Writes a member that is an object.
    mutating func named(_ key: StaticString, object body: (inout JSONWriter) -> Void) {
        self.key(key)
        beginObject()
        body(&self)
        endObject()
    }
}
