/// Keeps what happens at depth 1 of an object.
struct JSONMemberSink: JSONSink {
    var members: [JSONMember]
    let limit: Int
    private var keyStart = 0
    private var keyEnd = 0
    private var keyHasEscapes = false
    private var valueStart = 0

    init(members: consuming [JSONMember], limit: Int) {
        self.members = members
        self.limit = limit
    }

    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        guard depth == 1 else { return true }
        keyStart = start
        keyEnd = end
        keyHasEscapes = hasEscapes
        return members.count < limit
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        guard depth == 1 else { return true }
        let quotes = kind == .string ? 1 : 0
        append(kind, start &- quotes, end &+ quotes, hasEscapes)
        return true
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 1 { valueStart = offset }
        return true
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        if depth == 1 { append(kind, valueStart, end, false) }
    }

    @inline(__always)
    private mutating func append(_ kind: JSONKind, _ start: Int, _ end: Int, _ hasEscapes: Bool) {
        members.append(
            JSONMember(
                key: Range(uncheckedBounds: (keyStart, keyEnd)), value: Range(uncheckedBounds: (start, end)),
                kind: kind, keyHasEscapes: keyHasEscapes, valueHasEscapes: hasEscapes))
    }
}
