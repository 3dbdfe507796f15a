/// Picks the values of a few top-level members out of a JSON object that passes by in pieces.
///
/// Feed the body in any split; each wanted value is kept as it was written, up to a limit, the last occurrence of a
/// member winning. Memory is bounded by the limits, not by the body. The tap never fails: what is no JSON object is
/// not tapped. It follows strings and brackets and does not validate; what it captured is validated by its reader.
///
/// ```swift
/// var tap = JSONMemberTap(["usage", "model"])
/// tap.feed(chunk)
/// let usage = tap.captured("usage").flatMap { OpenAIUsage.parse($0.span) }
/// ```
public struct JSONMemberTap: Sendable {
    private enum State: UInt8 {
        /// White space before the object.
        case start
        /// After `{` or `,`: a key is due, or the end of an empty object.
        case beforeKey
        case key
        case beforeColon
        case beforeValue
        /// Inside a string that is a top-level value.
        case string
        /// Inside a number or literal that is a top-level value.
        case scalar
        /// Inside an object or array that is a top-level value.
        case container
        case afterValue
        /// The object was closed.
        case complete
        /// Not a JSON object: nothing more is looked at.
        case stopped
    }

    private let names: [String]
    private let limit: Int
    private let keyLimit: Int
    /// One for each name, once the first wanted member is met.
    private var values: [[UInt8]?] = []
    private var state = State.start
    /// Moves over strings and containers, across chunks.
    private var passage = JSONPassage()
    private var key: [UInt8] = []
    private var isKeyTooLong = false
    private var wanted: Int?
    private var value: [UInt8] = []

    /// Creates a tap for the members `names`, each value of up to `limit` bytes (64 KiB by default).
    ///
    /// `names` best is one constant array, which is then shared.
    public init(_ names: [String], limit: Int = 64 * 1024) {
        self.names = names
        self.limit = max(0, limit)
        // An escape takes at most six bytes for one.
        keyLimit = names.reduce(0) { max($0, $1.utf8.count) } * 6
    }

    /// Whether the top-level object was read to its closing brace.
    public var isComplete: Bool {
        state == .complete
    }

    /// Whether the text is no JSON object, so that the tap stopped looking.
    public var isStopped: Bool {
        state == .stopped
    }

    /// The value of the member `name` as it was written.
    ///
    /// `nil` when it has not come, has not ended, was larger than the limit, or was not asked for.
    public func captured(_ name: String) -> [UInt8]? {
        guard let index = names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }), index < values.count else {
            return nil
        }
        return values[index]
    }

    /// Reads the next bytes of the body.
    public mutating func feed(_ bytes: Span<UInt8>) {
        guard state != .stopped, state != .complete else { return }
        bytes.withUnsafeBytes { raw in
            if let base = raw.baseAddress { feed(base, raw.count) }
        }
    }

    private mutating func feed(_ base: UnsafeRawPointer, _ end: Int) {
        var position = 0
        // Where the wanted value begins in this chunk.
        var valueStart = 0
        while position < end {
            let byte = ByteScan.byte(base, position)
            switch state {
            case .start:
                if byte == 0x7B {
                    state = .beforeKey
                } else if !JSONPassage.isSpace(byte) {
                    state = .stopped
                }
                position &+= 1
            case .beforeKey:
                position &+= 1
                if byte == 0x22 {
                    key.removeAll(keepingCapacity: true)
                    isKeyTooLong = false
                    passage.beginString()
                    state = .key
                } else if byte == 0x7D {
                    state = .complete
                } else if !JSONPassage.isSpace(byte) {
                    state = .stopped
                }
            case .key:
                let stop = passage.stringEnd(base, position, end)
                keepKey(base, position, stop)
                position = stop
                if stop < end {
                    position &+= 1
                    state = .beforeColon
                }
            case .beforeColon:
                position &+= 1
                if byte == 0x3A {
                    wanted = isKeyTooLong ? nil : match()
                    if wanted != nil, values.isEmpty { values = Array(repeating: nil, count: names.count) }
                    state = .beforeValue
                } else if !JSONPassage.isSpace(byte) {
                    state = .stopped
                }
            case .beforeValue:
                if JSONPassage.isSpace(byte) {
                    position &+= 1
                    continue
                }
                valueStart = position
                beginValue(byte)
                if state != .scalar { position &+= 1 }
            case .string:
                position = passage.stringEnd(base, position, end)
                if position < end {
                    position &+= 1
                    endValue(base, valueStart, position)
                }
            case .scalar:
                while position < end, !JSONPassage.endsScalar(ByteScan.byte(base, position)) { position &+= 1 }
                if position < end { endValue(base, valueStart, position) }
            case .container:
                position = passage.containerEnd(base, position, end)
                if passage.depth == 0 { endValue(base, valueStart, position) }
            case .afterValue:
                position &+= 1
                if byte == 0x2C {
                    state = .beforeKey
                } else if byte == 0x7D {
                    state = .complete
                } else if !JSONPassage.isSpace(byte) {
                    state = .stopped
                }
            case .complete, .stopped:
                return
            }
        }
        if state == .string || state == .scalar || state == .container { keepValue(base, valueStart, end) }
    }

    private mutating func beginValue(_ byte: UInt8) {
        value.removeAll(keepingCapacity: true)
        switch byte {
        case 0x22:
            passage.beginString()
            state = .string
        case 0x7B, 0x5B:
            passage.beginContainer()
            state = .container
        case 0x2D, 0x30...0x39, 0x74, 0x66, 0x6E: state = .scalar
        default: state = .stopped
        }
    }

    private mutating func endValue(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
        state = .afterValue
        keepValue(base, start, end)
        guard let wanted else { return }
        values[wanted] = value
        self.wanted = nil
    }

    /// Adds bytes to the wanted value; one that grows past the limit is given up, with its earlier occurrence.
    private mutating func keepValue(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
        guard let wanted else { return }
        guard value.count + (end - start) <= limit else {
            values[wanted] = nil
            value = []
            self.wanted = nil
            return
        }
        value.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start))
    }

    private mutating func keepKey(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
        guard !isKeyTooLong, key.count + (end - start) <= keyLimit else {
            isKeyTooLong = true
            return
        }
        key.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start))
    }

    /// The wanted member that the key names.
    private func match() -> Int? {
        guard key.contains(JSONToken.backslash) else { return index(of: key) }
        var decoded: [UInt8] = []
        key.withUnsafeBytes { raw in
            if let base = raw.baseAddress { JSONText.decode(base, 0, raw.count, into: &decoded) }
        }
        return index(of: decoded)
    }

    private func index(of key: [UInt8]) -> Int? {
        names.firstIndex { name in
            name.utf8.count == key.count && name.utf8.elementsEqual(key)
        }
    }
}
