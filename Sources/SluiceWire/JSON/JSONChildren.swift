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
            guard position < end else { return nil }
            let key = JSONNode.decode(storage.tape[position], in: storage)
            let value = JSONNode(storage: storage, index: position + 1)
            position = Int(storage.tape[position + 1].next)
            return (key, value)
        }
    }

    /// An iterator over the members.
    public func makeIterator() -> Iterator {
        Iterator(storage: storage, position: start, end: end)
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
