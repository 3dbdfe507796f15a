/// Finds the text of one member in objects that pass by in pieces, one after the other.
///
/// It follows quotes and brackets and does not validate: what is no object is passed over up to the next brace.
struct JSONObjectMemberFinder: Sendable {
    enum Step {
        /// The bytes are used up.
        case more
        /// The member's text begins, with the quote at this offset.
        case matchBegins(Int)
        /// It ended just before the position.
        case matchEnds
    }

    private enum State: UInt8 {
        /// Between objects.
        case outside
        /// After `{` or `,`: a key is due, or the end of the object.
        case beforeKey
        case key
        case beforeColon
        case beforeValue
        /// Inside a text that is a member's value.
        case string
        /// Inside the text that is looked for.
        case match
        /// Inside a number or literal.
        case scalar
        /// Inside an object or array that is a member's value.
        case container
        case afterValue
    }

    private let parent: [UInt8]?
    private let member: [UInt8]
    private var state = State.outside
    private var passage = JSONPassage()
    /// Whether the object is the one in the parent member.
    private var isInParent = false
    /// How many bytes of the key were equal to the wanted one; negative once one was not.
    private var matched = 0

    init(parent: String?, member: String) {
        self.parent = parent.map { Array($0.utf8) }
        self.member = Array(member.utf8)
    }

    /// Whether the text that is looked for has begun and not ended.
    var isInsideMatch: Bool { state == .match }

    /// The text that is looked for ends without its quote.
    mutating func cutMatch() {
        state = .afterValue
    }

    /// Forgets an object that has no end.
    mutating func reset() {
        state = .outside
        isInParent = false
    }

    /// The next step in `start..<end`; moves `position` past what was read.
    mutating func next(_ base: UnsafeRawPointer, _ position: inout Int, _ end: Int) -> Step {
        while position < end {
            let byte = ByteScan.byte(base, position)
            switch state {
            case .outside:
                position = ByteScan.find(0x7B, base, position, end)
                guard position < end else { return .more }
                position &+= 1
                isInParent = false
                state = .beforeKey
            case .beforeKey:
                position &+= 1
                if byte == JSONToken.quote {
                    matched = 0
                    passage.beginString()
                    state = .key
                } else if byte == 0x7D {
                    endObject()
                } else if !JSONPassage.isSpace(byte) {
                    reset()
                }
            case .key:
                let stop = passage.stringEnd(base, position, end)
                match(base, position, stop)
                position = stop
                if stop < end {
                    position &+= 1
                    state = .beforeColon
                }
            case .beforeColon:
                position &+= 1
                if byte == 0x3A {
                    state = .beforeValue
                } else if !JSONPassage.isSpace(byte) {
                    reset()
                }
            case .beforeValue:
                let start = position
                let isMatch = beginValue(byte)
                if state != .scalar { position &+= 1 }
                if isMatch { return .matchBegins(start) }
            case .string, .match:
                position = passage.stringEnd(base, position, end)
                guard position < end else { return .more }
                position &+= 1
                let isMatch = state == .match
                state = .afterValue
                if isMatch { return .matchEnds }
            case .scalar:
                while position < end, !JSONPassage.endsScalar(ByteScan.byte(base, position)) { position &+= 1 }
                if position < end { state = .afterValue }
            case .container:
                position = passage.containerEnd(base, position, end)
                if passage.depth == 0 { state = .afterValue }
            case .afterValue:
                position &+= 1
                if byte == 0x2C {
                    state = .beforeKey
                } else if byte == 0x7D {
                    endObject()
                } else if !JSONPassage.isSpace(byte) {
                    reset()
                }
            }
        }
        return .more
    }

    /// What the object at hand is searched for.
    private var wanted: [UInt8] { isInParent ? member : parent ?? member }

    private mutating func match(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
        guard matched >= 0 else { return }
        let wanted = wanted
        guard matched + (end - start) <= wanted.count else {
            matched = -1
            return
        }
        for position in start..<end {
            guard ByteScan.byte(base, position) == wanted[matched] else {
                matched = -1
                return
            }
            matched += 1
        }
    }

    /// Whether it is the text that is looked for.
    private mutating func beginValue(_ byte: UInt8) -> Bool {
        let isWanted = matched == wanted.count
        switch byte {
        case JSONToken.quote:
            passage.beginString()
            state = isWanted && (isInParent || parent == nil) ? .match : .string
            return state == .match
        case 0x7B where isWanted && parent != nil && !isInParent:
            isInParent = true
            state = .beforeKey
        case 0x7B, 0x5B:
            passage.beginContainer()
            state = .container
        case 0x2D, 0x30...0x39, 0x74, 0x66, 0x6E: state = .scalar
        default:
            if !JSONPassage.isSpace(byte) { reset() }
        }
        return false
    }

    private mutating func endObject() {
        if isInParent {
            isInParent = false
            state = .afterValue
        } else {
            state = .outside
        }
    }
}
