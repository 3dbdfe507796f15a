/// Where in the grammar a walk stopped: two words on the hot path, turned into a ``JSONError`` once, on the way out.
struct JSONFailure {
    /// What was expected, or found, at the offset.
    enum Place: UInt8 {
        case empty, value, firstKey, key, colon, firstElement, afterMember, afterElement
        case string, number, literal, tooDeep, tooManyValues, tooLarge, trailingBytes, notAnObject
    }

    var place: Place
    var offset: Int

    @inline(__always)
    init(_ place: Place, _ offset: Int) {
        self.place = place
        self.offset = offset
    }

    /// A text whose first byte opens no object: not JSON at all, or JSON of another kind.
    @inline(never)
    static func notObject(
        _ base: UnsafeRawPointer, _ position: Int, _ end: Int, maximumDepth: Int
    ) -> JSONFailure {
        var sink = JSONDeafSink()
        return JSONWalker.walk(base, end, maximumDepth: maximumDepth, sink: &sink)
            ?? JSONFailure(.notAnObject, position)
    }

    /// The error that people read; the byte at the offset tells the fault inside strings.
    @inline(never)
    func error(_ base: UnsafeRawPointer?, _ end: Int) -> JSONError {
        let found = base.flatMap { base in offset < end ? ByteScan.byte(base, offset) : nil }
        let text = found.map(Self.name) ?? "the end of the text"
        func fault(_ kind: JSONError.Kind, _ message: String) -> JSONError {
            JSONError(kind: kind, offset: offset, message: message)
        }
        func expected(_ what: String) -> JSONError {
            fault(found == nil ? .unexpectedEnd : .unexpectedByte, "expected \(what), found \(text)")
        }
        switch place {
        case .empty: return fault(.empty, "the text is empty, expected a JSON value")
        case .value:
            if offset == 0, let base, Self.isByteOrderMark(base, end) {
                return fault(.byteOrderMark, "the text begins with a byte order mark, which JSON does not allow")
            }
            return expected("a value")
        case .firstKey: return expected("a key in quotes or '}'")
        case .key: return expected("a key in quotes after ','")
        case .colon: return expected("':' after a key")
        case .firstElement: return expected("a value or ']'")
        case .afterMember: return expected("',' or '}' after a member")
        case .afterElement: return expected("',' or ']' after an element")
        case .literal: return expected("true, false or null")
        case .number:
            if found == nil { return fault(.unexpectedEnd, "the text ends inside a number") }
            return fault(.invalidNumber, "expected another form of number, found \(text)")
        case .string:
            guard let found else { return fault(.unexpectedEnd, "the text ends inside a string") }
            if found == JSONToken.backslash {
                return fault(.invalidEscape, "a backslash is followed by something that is no escape")
            }
            if found < 0x20 {
                return fault(.controlCharacter, "a string holds the control character \(text) without an escape")
            }
            return fault(.invalidUTF8, "a string holds bytes that are not UTF-8")
        case .tooDeep: return fault(.tooDeep, "objects and arrays are nested too deeply")
        case .tooManyValues: return fault(.tooManyValues, "the text holds too many values")
        case .tooLarge: return fault(.tooLarge, "the text is too large")
        case .trailingBytes: return fault(.trailingBytes, "expected the end of the text after the value, found \(text)")
        case .notAnObject: return fault(.notAnObject, "expected an object, found another kind of value")
        }
    }

    private static func isByteOrderMark(_ base: UnsafeRawPointer, _ end: Int) -> Bool {
        guard end >= 2 else { return false }
        let first = ByteScan.byte(base, 0)
        let second = ByteScan.byte(base, 1)
        if first == 0xEF, second == 0xBB { return end >= 3 && ByteScan.byte(base, 2) == 0xBF }
        return (first == 0xFE && second == 0xFF) || (first == 0xFF && second == 0xFE)
    }

    private static func name(_ byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7F { return "'\(Character(UnicodeScalar(byte)))'" }
        let hex = String(byte, radix: 16)
        return hex.utf8.count == 1 ? "0x0\(hex)" : "0x\(hex)"
    }
}
