/// One embedding, in the form in which the vendor sent it; numbers keep their text until another form is asked for.
public enum NeutralVector: Sendable, Hashable {
    /// A JSON array of numbers.
    case numbers(JSONFragment)
    /// Base64 over 32-bit floating-point numbers, the lowest byte first.
    case base64(JSONString)

    /// The vector of a node: an array of numbers or a string of base64. Throws ``ConversionError/Kind/malformedAnswer``
    /// for other kinds, and for numbers that a vector cannot have.
    public init(_ node: JSONNode) throws(ConversionError) {
        switch node.kind {
        case .array:
            for element in node.elements where element.kind != .number {
                throw .malformed("The provider's answer has an embedding that is no list of numbers.")
            }
            self = .numbers(JSONFragment(node))
        case .string: self = .base64(JSONString(node) ?? .empty)
        default: throw .malformed("The provider's answer has an embedding that is neither a list nor base64.")
        }
    }

    /// Writes the vector as a JSON array of numbers: those that were read as they were written, those from base64 in
    /// the shortest form that reads back the same.
    public func writeNumbers(to writer: inout JSONWriter) throws(ConversionError) {
        switch self {
        case .numbers(let list): writer.fragment(list)
        case .base64(let text):
            guard let bytes = Base64.decode(text.utf8), bytes.count % 4 == 0 else {
                throw .malformed("The provider's answer has an embedding that is no base64 over 32-bit numbers.")
            }
            var list: [UInt8] = [0x5B]
            list.reserveCapacity(bytes.count / 4 * 14 + 2)
            for start in stride(from: 0, to: bytes.count, by: 4) {
                let bits =
                    UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
                    | UInt32(bytes[start + 3]) << 24
                let value = Float(bitPattern: bits)
                guard value.isFinite else {
                    throw .malformed("The provider's answer has an embedding with an infinite number or none.")
                }
                if start > 0 { list.append(0x2C) }
                list.append(contentsOf: value.description.utf8)
            }
            list.append(0x5D)
            writer.raw(list)
        }
    }

    /// Writes the vector as a string of base64: one that was read as it was written, numbers rounded to 32 bits.
    public func writeBase64(to writer: inout JSONWriter) throws(ConversionError) {
        switch self {
        case .base64(let text): writer.string(text)
        case .numbers(let list):
            guard let bytes = Self.bytes(of: list.bytes) else {
                throw .malformed("The provider's answer has an embedding with a number too large for 32 bits.")
            }
            var text: [UInt8] = []
            Base64.append(bytes.span, to: &text)
            writer.escapedString(text.span)
        }
    }

    /// The numbers of a JSON array as 32-bit floating-point numbers, the lowest byte first; `nil` where one does not
    /// fit.
    private static func bytes(of list: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(list.count / 2)
        let isWhole = list.withUnsafeBytes { raw -> Bool in
            guard let base = raw.baseAddress else { return false }
            var position = 0
            while position < raw.count {
                let start = position
                while position < raw.count, Self.isNumeral(raw[position]) { position += 1 }
                if position > start {
                    guard let value = JSONNumber.double(base, start, position) else { return false }
                    let single = Float(value)
                    guard single.isFinite else { return false }
                    let bits = single.bitPattern
                    bytes.append(UInt8(truncatingIfNeeded: bits))
                    bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                    bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                    bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
                } else {
                    position += 1
                }
            }
            return true
        }
        return isWhole ? bytes : nil
    }

    /// Whether a byte belongs to a number: all that stands between brackets, commas and white space.
    private static func isNumeral(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x2C && byte != 0x5B && byte != 0x5D
    }
}
