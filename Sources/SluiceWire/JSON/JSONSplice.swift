/// Edits to the members of one object that leave every other byte as it was.
///
/// Edits are collected first and then read as ``segments``, so that a caller who holds the original in slices writes
/// those slices and only the few inserted bytes anew. A new member goes after the last one that stays (so that a
/// reader for whom the last duplicate wins takes it), or right after the opening brace of an object left empty.
/// Removing a member takes its comma with it; white space around what stays is kept.
///
/// ```swift
/// var splice = JSONSplice(of: body, members: members)
/// splice.replaceValue(at: index, with: Array("\"gpt-4o\"".utf8))
/// splice.insertMember("user", value: Array("\"u-1\"".utf8))
/// let edited = splice.apply(to: body)
/// ```
public struct JSONSplice: Sendable {
    /// A run of the edited text.
    public enum Segment: Sendable, Equatable {
        /// These bytes of the original.
        case original(Range<Int>)
        /// These bytes instead.
        case inserted([UInt8])
    }

    private struct Edit: Sendable {
        var range: Range<Int>
        var bytes: [UInt8]
    }

    private let members: [JSONMember]
    private let originalCount: Int
    /// The offset after the opening brace.
    private let start: Int
    private var edits: [Edit] = []
    private var removed: [Int] = []
    /// New members as text, `"key":value`, joined by commas.
    private var additions: [UInt8] = []

    /// Prepares edits of the object in `bytes`, which ``JSONScanner`` has found to hold `members`.
    public init(of bytes: Span<UInt8>, members: [JSONMember]) {
        self.members = members
        originalCount = bytes.count
        var brace = 0
        while brace < bytes.count, bytes[brace] != 0x7B { brace += 1 }
        start = min(brace + 1, bytes.count)
    }

    /// Whether nothing would change.
    public var isEmpty: Bool {
        edits.isEmpty && removed.isEmpty && additions.isEmpty
    }

    /// Replaces the value of the member at `index`; a second replacement of the same value takes the first one's place.
    public mutating func replaceValue(at index: Int, with value: [UInt8]) {
        guard members.indices.contains(index) else { return }
        replace(members[index].value, with: value)
    }

    /// Replaces the bytes `range`, which must lie inside one member's value.
    ///
    /// Earlier edits that touch the same bytes are dropped.
    public mutating func replace(_ range: Range<Int>, with value: [UInt8]) {
        edits.removeAll { $0.range.overlaps(range) || $0.range == range }
        edits.append(Edit(range: range, bytes: value))
    }

    /// Removes the member at `index`.
    public mutating func removeMember(at index: Int) {
        guard members.indices.contains(index), !removed.contains(index) else { return }
        removed.append(index)
    }

    /// Adds a member after the last one; `value` is one JSON value as text.
    public mutating func insertMember(_ key: StaticString, value: [UInt8]) {
        if !additions.isEmpty { additions.append(0x2C) }
        Self.appendMember(key, value, to: &additions)
    }

    /// Adds a member after the last one; `value` is one JSON value as text.
    public mutating func insertMember(_ key: String, value: [UInt8]) {
        if !additions.isEmpty { additions.append(0x2C) }
        JSONWriter.append(key, to: &additions)
        additions.append(0x3A)
        additions.append(contentsOf: value)
    }

    /// Sets the member `key` of the object that is the value of the member `outer`.
    ///
    /// A missing or `null` outer member becomes `{"key":value}`; in an object the value is replaced, or the member
    /// added after the last one. Returns `false`, and changes nothing, when the outer value is neither.
    public mutating func setMember(
        _ key: StaticString, ofObject outer: StaticString, to value: [UInt8], in bytes: Span<UInt8>
    ) -> Bool {
        var object: [UInt8] = [0x7B]
        Self.appendMember(key, value, to: &object)
        object.append(0x7D)
        guard
            let index = members.lastIndex(where: { JSONScanner.key($0, in: bytes, equals: outer) }),
            !removed.contains(index)
        else {
            insertMember(outer, value: object)
            return true
        }
        let member = members[index]
        switch member.kind {
        case .null:
            replace(member.value, with: object)
            return true
        case .object:
            var inner: [JSONMember] = []
            let text = bytes.extracting(member.value)
            do throws(JSONError) {
                try JSONScanner.scanObject(text, into: &inner)
            } catch {
                return false
            }
            let offset = member.value.lowerBound
            if let found = inner.last(where: { JSONScanner.key($0, in: text, equals: key) }) {
                replace(found.moved(by: offset).value, with: value)
                return true
            }
            var addition: [UInt8] = inner.isEmpty ? [] : [0x2C]
            Self.appendMember(key, value, to: &addition)
            let place = offset + (inner.last?.value.upperBound ?? 1)
            edits.append(Edit(range: place..<place, bytes: addition))
            return true
        default:
            return false
        }
    }

    /// The edited text, in order; neighbouring runs of the original are one segment, empty runs are left out.
    public var segments: [Segment] {
        var result: [Segment] = []
        var position = 0
        for edit in plan() {
            if edit.range.lowerBound > position { result.append(.original(position..<edit.range.lowerBound)) }
            if !edit.bytes.isEmpty { result.append(.inserted(edit.bytes)) }
            position = max(position, edit.range.upperBound)
        }
        if position < originalCount { result.append(.original(position..<originalCount)) }
        return result
    }

    /// How many bytes the edited text has.
    public var editedCount: Int {
        plan().reduce(originalCount) { $0 + $1.bytes.count - $1.range.count }
    }

    /// The edited text as one array; `bytes` is the original.
    public func apply(to bytes: Span<UInt8>) -> [UInt8] {
        precondition(bytes.count == originalCount, "a splice is applied to another text than it was made for")
        var output: [UInt8] = []
        output.reserveCapacity(editedCount)
        bytes.withUnsafeBufferPointer { original in
            for segment in segments {
                switch segment {
                case .original(let range): output.append(contentsOf: original[range])
                case .inserted(let inserted): output.append(contentsOf: inserted)
                }
            }
        }
        return output
    }

    /// All changes of the text, sorted and disjoint.
    private func plan() -> [Edit] {
        let removed = Set(removed)
        var plan: [Edit] = []
        var lastKept: Int?
        var runStart: Int?
        for index in members.indices {
            if removed.contains(index) {
                runStart = runStart ?? index
                continue
            }
            if let first = runStart {
                // A run before a member that stays goes with the comma and the space up to that member's quote.
                plan.append(Edit(range: keyStart(first)..<keyStart(index), bytes: []))
                runStart = nil
            }
            lastKept = index
        }
        let place = lastKept.map { members[$0].value.upperBound } ?? start
        if let first = runStart, let last = members.indices.last {
            // A run at the end goes with the comma before it.
            let from = lastKept == nil ? keyStart(first) : place
            plan.append(Edit(range: from..<members[last].value.upperBound, bytes: []))
        }
        for edit in edits {
            let isGone = plan.contains {
                $0.range.contains(edit.range.lowerBound) && $0.range.upperBound >= edit.range.upperBound
            }
            if !isGone { plan.append(edit) }
        }
        plan.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        guard !additions.isEmpty else { return plan }
        // After any edit that ends at the same place: a replaced last value comes before the new member.
        let insertion = Edit(range: place..<place, bytes: (lastKept == nil ? [] : [0x2C]) + additions)
        let index = plan.firstIndex { $0.range.lowerBound >= place } ?? plan.endIndex
        plan.insert(insertion, at: index)
        return plan
    }

    /// The offset of the quote before the key of the member at `index`.
    private func keyStart(_ index: Int) -> Int {
        members[index].key.lowerBound - 1
    }

    private static func appendMember(_ key: StaticString, _ value: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(0x22)
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes.append(contentsOf: [0x22, 0x3A])
        bytes.append(contentsOf: value)
    }
}
