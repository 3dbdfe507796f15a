/// One value of a ``JSONDocument``, read where it lies.
///
/// Asking for another kind than the value has gives `nil`, never an error: `node["a"]?[3]?.stringValue`.
public struct JSONNode: Sendable {
    let storage: JSONDocument.Storage
    let index: Int

    var entry: JSONTapeEntry {
        storage.tape[index]
    }

    /// What the value is.
    public var kind: JSONKind {
        entry.kind
    }

    /// Whether the value is `null`.
    public var isNull: Bool {
        kind == .null
    }

    /// How many members or elements the value holds; 0 for values that hold none.
    ///
    /// A member written twice counts twice.
    public var count: Int {
        let entry = entry
        return entry.kind.isContainer ? entry.count : 0
    }

    /// The value of the member with the decoded key `key`; where it is written more than once, the last one.
    public subscript(_ key: String) -> JSONNode? {
        let entry = entry
        guard entry.kind == .object else { return nil }
        var key = key
        let found = key.withUTF8 { storage.lastMember(named: $0, in: index + 1..<Int(entry.next)) }
        return found.map { JSONNode(storage: storage, index: $0) }
    }

    /// The element at `position` of an array, counted from 0; `nil` outside it.
    ///
    /// Takes time in proportion to `position`; use ``elements`` to visit all.
    public subscript(_ position: Int) -> JSONNode? {
        guard kind == .array, position >= 0, position < count else { return nil }
        var current = index + 1
        for _ in 0..<position { current = Int(storage.tape[current].next) }
        return JSONNode(storage: storage, index: current)
    }

    /// The members in the order of the text, those written twice included; empty for other kinds.
    public var members: JSONMembers {
        JSONMembers(storage: storage, start: index + 1, end: kind == .object ? Int(entry.next) : index + 1)
    }

    /// The members with their keys as they lie, for readers that look for names of their own.
    var keyedMembers: JSONKeyedMembers { JSONKeyedMembers(members: members) }

    /// The elements in the order of the text; empty for other kinds.
    public var elements: JSONElements {
        JSONElements(storage: storage, start: index + 1, end: kind == .array ? Int(entry.next) : index + 1)
    }

    /// The text of a string with its escapes decoded; escapes of lone surrogates become U+FFFD.
    public var stringValue: String? {
        kind == .string ? Self.decode(entry, in: storage) : nil
    }

    /// The text of a string as written between its quotes, escapes included.
    public var rawString: String? {
        guard kind == .string else { return nil }
        return String(decoding: storage.bytes[Int(entry.start)..<Int(entry.end)], as: UTF8.self)
    }

    /// `true` or `false`; `nil` for every other value.
    public var boolValue: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The value as it was written, with its quotes, brackets or braces.
    public var rawBytes: ArraySlice<UInt8> {
        storage.bytes[range]
    }

    /// Where ``rawBytes`` lies in ``JSONDocument/bytes``.
    public var range: Range<Int> {
        let entry = entry
        let quotes = entry.kind == .string ? 1 : 0
        return Int(entry.start) - quotes..<Int(entry.end) + quotes
    }

    static func decode(_ entry: JSONTapeEntry, in storage: JSONDocument.Storage) -> String {
        storage.bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return "" }
            return JSONText.decode(base, Int(entry.start), Int(entry.end), hasEscapes: entry.hasEscapes)
        }
    }
}
