/// Reads values of the Redis protocol. Feed any split of bytes: the same values come out, in order.
///
/// Depth, sizes and counts are bounded. After an error the parser is of no use: what follows cannot be told apart.
struct RESPParser: Sendable {
    /// What may be taken.
    struct Limits: Sendable, Equatable {
        /// How deep lists may stand in lists.
        var depth = 16
        /// Bytes of one text.
        var bytes = 16 << 20
        /// Elements of one value, those of its lists included.
        var elements = 1 << 20
        /// Bytes of one line.
        var line = 64 << 10
    }

    /// Why bytes are not the protocol.
    enum Failure: Error, Equatable {
        /// No value begins with this byte.
        case unknownType(UInt8)
        /// A length, a number or a boolean is not one.
        case malformed
        /// A limit was passed.
        case tooLarge
    }

    private enum Kind {
        case list
        case map
        case push
        /// Facts about the value that follows; they are dropped.
        case attribute
    }

    private struct Open {
        var kind: Kind
        var missing: Int
        var elements: [RESPValue]
    }

    private enum Text {
        case bytes
        case error
        case verbatim
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    private var position = 0
    /// Where the search for the end of a line goes on.
    private var searched = 0
    /// A text whose length is known and whose bytes are not all there.
    private var text: (kind: Text, count: Int)?
    private var open: [Open] = []
    private var elements = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Adds bytes.
    mutating func feed(_ bytes: some Sequence<UInt8>) {
        if self.position > 0, self.position == self.buffer.count || self.position > 64 << 10 {
            self.buffer.removeFirst(self.position)
            self.searched = max(0, self.searched - self.position)
            self.position = 0
        }
        self.buffer.append(contentsOf: bytes)
    }

    /// The next value, or `nil` when more bytes are needed.
    mutating func next() throws(Failure) -> RESPValue? {
        while true {
            guard let value = try self.element() else { return nil }
            if let whole = self.close(with: value) { return whole }
        }
    }

    /// Reads until a value is whole that is no list, or an empty list; `nil` when more bytes are needed.
    private mutating func element() throws(Failure) -> RESPValue? {
        while true {
            if let text = self.text {
                guard let value = try self.finish(text.kind, count: text.count) else { return nil }
                return value
            }
            guard let line = try self.line() else { return nil }
            self.elements += 1
            guard self.elements <= self.limits.elements else { throw .tooLarge }
            guard let type = line.first else { throw .malformed }
            let rest = line.dropFirst()
            switch type {
            case UInt8(ascii: "+"): return .simple(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "-"): return .error(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: ":"):
                guard let value = Self.integer(rest) else { throw .malformed }
                return .integer(value)
            case UInt8(ascii: "_"):
                guard rest.isEmpty else { throw .malformed }
                return .null
            case UInt8(ascii: "#"):
                guard rest.count == 1, let letter = rest.first,
                    letter == UInt8(ascii: "t") || letter == UInt8(ascii: "f")
                else { throw .malformed }
                return .boolean(letter == UInt8(ascii: "t"))
            case UInt8(ascii: ","): return .double(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "("): return .bigNumber(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "$"): if try self.begin(.bytes, rest) { return .null }
            case UInt8(ascii: "!"): if try self.begin(.error, rest) { throw .malformed }
            case UInt8(ascii: "="): if try self.begin(.verbatim, rest) { throw .malformed }
            case UInt8(ascii: "*"): if let value = try self.begin(.list, rest, perElement: 1) { return value }
            case UInt8(ascii: "~"): if let value = try self.begin(.list, rest, perElement: 1) { return value }
            case UInt8(ascii: ">"): if let value = try self.begin(.push, rest, perElement: 1) { return value }
            case UInt8(ascii: "%"): if let value = try self.begin(.map, rest, perElement: 2) { return value }
            case UInt8(ascii: "|"): _ = try self.begin(.attribute, rest, perElement: 2)
            default: throw .unknownType(type)
            }
        }
    }

    /// Puts a value where it belongs; gives the outermost value when that is whole.
    private mutating func close(with value: RESPValue) -> RESPValue? {
        var value = value
        while var last = self.open.popLast() {
            last.elements.append(value)
            last.missing -= 1
            guard last.missing == 0 else {
                self.open.append(last)
                return nil
            }
            switch last.kind {
            case .list: value = .list(last.elements)
            case .map: value = .map(last.elements)
            case .push: value = .push(last.elements)
            case .attribute: return nil
            }
        }
        self.elements = 0
        return value
    }

    /// Begins a text. Returns whether it is version 2's null.
    private mutating func begin(_ kind: Text, _ length: ArraySlice<UInt8>) throws(Failure) -> Bool {
        guard let count = Self.integer(length) else { throw .malformed }
        if count == -1 { return true }
        guard count >= 0 else { throw .malformed }
        guard count <= Int64(self.limits.bytes) else { throw .tooLarge }
        self.text = (kind, Int(count))
        return false
    }

    /// Begins a list. Gives a value when it is whole already: empty, or version 2's null.
    private mutating func begin(
        _ kind: Kind,
        _ length: ArraySlice<UInt8>,
        perElement: Int64
    ) throws(Failure) -> RESPValue? {
        guard let count = Self.integer(length) else { throw .malformed }
        if count == -1, kind == .list { return .null }
        guard count >= 0 else { throw .malformed }
        guard count <= Int64(self.limits.elements) / perElement, self.open.count < self.limits.depth else {
            throw .tooLarge
        }
        guard count > 0 else {
            switch kind {
            case .list: return .list([])
            case .map: return .map([])
            case .push: return .push([])
            case .attribute: return nil
            }
        }
        self.open.append(Open(kind: kind, missing: Int(count * perElement), elements: []))
        return nil
    }

    /// Takes a text whose length is known, when all of it is there.
    private mutating func finish(_ kind: Text, count: Int) throws(Failure) -> RESPValue? {
        let end = self.position + count
        guard self.buffer.count >= end + 2 else { return nil }
        guard self.buffer[end] == UInt8(ascii: "\r"), self.buffer[end + 1] == UInt8(ascii: "\n") else {
            throw .malformed
        }
        let bytes = self.buffer[self.position..<end]
        self.position = end + 2
        self.searched = self.position
        self.text = nil
        switch kind {
        case .bytes: return .bytes(Array(bytes))
        case .error: return .error(String(decoding: bytes, as: UTF8.self))
        case .verbatim:
            // Three letters and a colon say what the text is.
            guard bytes.count >= 4 else { throw .malformed }
            return .bytes(Array(bytes.dropFirst(4)))
        }
    }

    /// Takes a line without its end, when all of it is there.
    private mutating func line() throws(Failure) -> ArraySlice<UInt8>? {
        var index = max(self.searched, self.position)
        while index < self.buffer.count, self.buffer[index] != UInt8(ascii: "\n") { index += 1 }
        self.searched = index
        guard index - self.position <= self.limits.line else { throw .tooLarge }
        guard index < self.buffer.count else { return nil }
        guard index > self.position, self.buffer[index - 1] == UInt8(ascii: "\r") else { throw .malformed }
        let line = self.buffer[self.position..<(index - 1)]
        self.position = index + 1
        self.searched = self.position
        return line
    }

    /// Reads a decimal number with an optional sign.
    private static func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.count <= 20 else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
