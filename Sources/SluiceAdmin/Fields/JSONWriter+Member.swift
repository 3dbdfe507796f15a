import SluiceCore
import SluiceWire

/// Members of answers. What is absent is `null`, so that an answer always has the same members.
extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: String?) {
        self.key(name)
        if let value { self.string(value) } else { self.null() }
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        self.key(name)
        self.bool(value)
    }

    mutating func member(_ name: StaticString, _ value: Int64) {
        self.key(name)
        self.numberText(String(value))
    }

    mutating func member(_ name: StaticString, _ time: UnixTime?) {
        self.member(name, time?.text)
    }

    mutating func member(_ name: StaticString, _ list: [String]?) {
        self.key(name)
        guard let list else { return self.null() }
        self.beginArray()
        for element in list { self.string(element) }
        self.endArray()
    }

    mutating func member(_ name: StaticString, _ map: [String: String]) {
        self.key(name)
        self.beginObject()
        for (key, value) in map.sorted(by: { $0.key < $1.key }) {
            self.key(key)
            self.string(value)
        }
        self.endObject()
    }

    /// Stored JSON text as the value that it is; as a string, where it is no JSON.
    mutating func member(_ name: StaticString, json text: String?) {
        self.key(name)
        guard let text else { return self.null() }
        if let document = try? JSONDocument(parsing: Array(text.utf8)) {
            self.raw(document.root.rawBytes)
        } else {
            self.string(text)
        }
    }
}
