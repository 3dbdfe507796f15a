/// The members of an object, in the order of the text.
public struct JSONMembers: Sequence, Sendable {
    let storage: JSONDocument.Storage
    let start: Int
    let end: Int

    /// Walks the members of an object.
    public struct Iterator: IteratorProtocol, Sendable {
        let storage: JSONDocument.Storage
        var position: Int
        let end: Int

        /// The next member: its decoded key and its value.
        public mutating func next() -> (key: String, value: JSONNode)? {
            let index = position
            guard let value = nextValue() else { return nil }
            return (JSONNode.decode(storage.tape[index], in: storage), value)
        }

        /// The value of the next member.
        mutating func nextValue() -> JSONNode? {
            guard position < end else { return nil }
            let value = JSONNode(storage: storage, index: position + 1)
            position = Int(storage.tape[position + 1].next)
            return value
        }
    }

    /// An iterator over the members.
    public func makeIterator() -> Iterator {
        Iterator(storage: storage, position: start, end: end)
    }
}

/// A member's key where it lies. Compared with a literal, it costs no `String`.
struct JSONKey: Sendable {
    private let storage: JSONDocument.Storage
    private let entry: JSONTapeEntry

    init(storage: JSONDocument.Storage, index: Int) {
        self.storage = storage
        self.entry = storage.tape[index]
    }

    /// The decoded key.
    var text: String { JSONNode.decode(entry, in: storage) }

    @inline(__always)
    static func == (key: JSONKey, name: StaticString) -> Bool {
        // Told apart by length nearly always.
        let length = Int(key.entry.end) &- Int(key.entry.start)
        guard key.entry.hasEscapes || length == name.utf8CodeUnitCount else { return false }
        return key.storage.isKey(key.entry, name)
    }

    @inline(__always)
    static func != (key: JSONKey, name: StaticString) -> Bool { !(key == name) }

    /// So that a `switch` can tell keys apart.
    @inline(__always)
    static func ~= (name: StaticString, key: JSONKey) -> Bool { key == name }
}

/// The members of an object with their keys as they lie, in the order of the text.
struct JSONKeyedMembers: Sequence, Sendable {
    let members: JSONMembers

    struct Iterator: IteratorProtocol, Sendable {
        var members: JSONMembers.Iterator

        mutating func next() -> (key: JSONKey, value: JSONNode)? {
            let index = members.position
            guard let value = members.nextValue() else { return nil }
            return (JSONKey(storage: members.storage, index: index), value)
        }
    }

    func makeIterator() -> Iterator {
        Iterator(members: members.makeIterator())
    }
}

/// The elements of an array, in the order of the text.
public struct JSONElements: Sequence, Sendable {
    let storage: JSONDocument.Storage
    let start: Int
    let end: Int

    /// Walks the elements of an array.
    public struct Iterator: IteratorProtocol, Sendable {
        let storage: JSONDocument.Storage
        var position: Int
        let end: Int

        /// The next element.
        public mutating func next() -> JSONNode? {
            guard position < end else { return nil }
            let value = JSONNode(storage: storage, index: position)
            position = Int(storage.tape[position].next)
            return value
        }
    }

    /// An iterator over the elements.
    public func makeIterator() -> Iterator {
        Iterator(storage: storage, position: start, end: end)
    }
}
