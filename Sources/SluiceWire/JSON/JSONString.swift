/// The text of one JSON string, kept escaped as it was written between its quotes.
///
/// A conversion copies text from one body into another; kept like this it is copied as it stands, without being decoded
/// and encoded again. It also keeps what a `String` cannot: one half of a surrogate pair (`\ud83d`), which a stream may
/// cut from its other half. Joined texts are whole again. The bytes may be a slice of the body that was read.
public struct JSONString: Sendable {
    /// Well-formed content of a JSON string: UTF-8, escapes included, without the quotes.
    public private(set) var escaped: ArraySlice<UInt8>

    /// Escapes a text.
    public init(_ text: String) {
        var bytes: [UInt8] = []
        JSONWriter.append(text, to: &bytes)
        self.escaped = bytes[1..<bytes.count - 1]
    }

    /// Escapes UTF-8 bytes; what is not well-formed UTF-8 becomes U+FFFD.
    public init(utf8 bytes: some Sequence<UInt8>) {
        self.init(String(decoding: Array(bytes), as: UTF8.self))
    }

    /// Takes bytes that are known to be the content of a JSON string, as a slice of one that was scanned.
    public init(escaped: ArraySlice<UInt8>) {
        self.escaped = escaped
    }

    /// The string of a node, without copying it; `nil` for other kinds.
    public init?(_ node: JSONNode?) {
        guard let node, node.kind == .string else { return nil }
        self.escaped = node.rawBytes.dropFirst().dropLast()
    }

    /// No text.
    public static let empty = JSONString(escaped: [])

    /// Whether there is no text.
    public var isEmpty: Bool { escaped.isEmpty }

    /// Whether any byte is written as an escape.
    public var hasEscapes: Bool {
        escaped.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return false }
            return ByteScan.find(JSONToken.backslash, base, 0, raw.count) < raw.count
        }
    }

    /// The text; escapes of lone surrogates become U+FFFD.
    public var text: String {
        String(decoding: utf8, as: UTF8.self)
    }

    /// The text's UTF-8; escapes of lone surrogates become U+FFFD. Not copied where nothing is escaped.
    public var utf8: ArraySlice<UInt8> {
        guard hasEscapes else { return escaped }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(escaped.count)
        escaped.withUnsafeBytes { raw in
            if let base = raw.baseAddress { JSONText.decode(base, 0, raw.count, into: &decoded) }
        }
        return decoded[...]
    }

    /// Whether there is nothing but white space (space, tab, line ends).
    public var isBlank: Bool {
        // The first byte tells, but for an escape, which may stand for white space.
        for byte in escaped where byte != 0x20 && !(0x09...0x0D).contains(byte) {
            guard byte == JSONToken.backslash else { return false }
            return utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        }
        return true
    }

    /// Appends a text.
    public mutating func append(_ other: JSONString) {
        if escaped.isEmpty {
            self = other
        } else {
            escaped.append(contentsOf: other.escaped)
        }
    }

    /// The texts one after the other, with `separator` between them.
    public static func joined(_ texts: some Sequence<JSONString>, separator: JSONString = .empty) -> JSONString {
        var result: [UInt8] = []
        var isFirst = true
        for text in texts {
            if !isFirst { result.append(contentsOf: separator.escaped) }
            isFirst = false
            result.append(contentsOf: text.escaped)
        }
        return JSONString(escaped: result[...])
    }

    /// Whether the decoded text is `text`.
    public func equals(_ text: StaticString) -> Bool {
        utf8.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension JSONString: Hashable {
    /// Whether the decoded texts are the same, however they are escaped.
    public static func == (left: JSONString, right: JSONString) -> Bool {
        left.escaped == right.escaped
            || ((left.hasEscapes || right.hasEscapes) && left.utf8.elementsEqual(right.utf8))
    }

    public func hash(into hasher: inout Hasher) {
        utf8.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension JSONString: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension JSONString: CustomDebugStringConvertible {
    public var debugDescription: String { "\"\(String(decoding: escaped, as: UTF8.self))\"" }
}

extension JSONWriter {
    /// Writes a string as it was escaped.
    public mutating func string(_ value: JSONString) {
        escapedString(value.escaped.span)
    }
}
