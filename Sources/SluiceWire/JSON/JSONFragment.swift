/// One whole JSON value, kept as it was written: number for number, key for key.
///
/// Schemas, tool arguments and the fields that only one vendor understands pass through a conversion like this.
public struct JSONFragment: Sendable, Hashable {
    /// The text of one JSON value.
    public let bytes: ArraySlice<UInt8>

    /// The value of a node, without copying it.
    public init(_ node: JSONNode) {
        self.bytes = node.rawBytes
    }

    /// Takes the text of one value that the caller wrote itself, with ``JSONWriter`` for example.
    public init(written bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    /// Checks a text. Throws where it is not one JSON value.
    public init(validating bytes: ArraySlice<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        try JSONScanner.validate(bytes.span, limits: limits)
        self.bytes = bytes
    }

    /// `{}`.
    public static let emptyObject = JSONFragment(written: [0x7B, 0x7D])

    /// What the value is, told by its first byte.
    public var kind: JSONKind {
        switch bytes.first(where: { $0 > 0x20 }) {
        case 0x7B: .object
        case 0x5B: .array
        case 0x22: .string
        case 0x74: .true
        case 0x66: .false
        case 0x6E: .null
        default: .number
        }
    }

    /// The value as a tree.
    public func parsed(limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        try JSONDocument(copying: bytes.span, limits: limits)
    }
}

extension JSONFragment: CustomDebugStringConvertible {
    public var debugDescription: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONWriter {
    /// Writes a value as it was written.
    public mutating func fragment(_ value: JSONFragment) {
        raw(value.bytes.span)
    }
}
