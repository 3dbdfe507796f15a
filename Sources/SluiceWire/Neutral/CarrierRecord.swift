/// The bytes inside a carrier's token: thoughts, one after the other, each field with its length.
///
/// Shape of a thought: flags (1 byte), then for each of text, signature, dialect and model that the flags name, a length
/// (4 bytes, the highest first) and so many bytes. A call's own id stands first, as a field of its own.
struct CarrierRecord {
    private static let hasText: UInt8 = 1
    private static let isRedacted: UInt8 = 2
    private static let hasSignature: UInt8 = 4
    private static let hasModel: UInt8 = 8
    private static let precedesText: UInt8 = 16

    private(set) var bytes: [UInt8] = []

    mutating func append(_ thought: ThinkingCarrier.Thought) {
        var flags: UInt8 = 0
        if thought.text != nil { flags |= Self.hasText }
        if thought.isRedacted { flags |= Self.isRedacted }
        if thought.signature != nil { flags |= Self.hasSignature }
        if thought.signature?.origin.model != nil { flags |= Self.hasModel }
        if thought.precedesText { flags |= Self.precedesText }
        bytes.append(flags)
        if let text = thought.text { append(field: text.escaped) }
        if let signature = thought.signature {
            append(field: signature.value.escaped)
            append(field: signature.origin.dialect.rawValue.utf8)
            if let model = signature.origin.model { append(field: model.utf8) }
        }
    }

    mutating func append(field: some Collection<UInt8>) {
        let count = UInt32(clamping: field.count)
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: count >> shift))
        }
        bytes.append(contentsOf: field)
    }

    /// The thoughts in bytes whose tag was right; `nil` for bytes of another shape.
    static func thoughts(in bytes: [UInt8], from start: Int = 0) -> [ThinkingCarrier.Thought]? {
        var thoughts: [ThinkingCarrier.Thought] = []
        var position = start
        while position < bytes.count {
            let flags = bytes[position]
            position += 1
            var thought = ThinkingCarrier.Thought(text: nil, signature: nil)
            thought.isRedacted = flags & Self.isRedacted != 0
            thought.precedesText = flags & Self.precedesText != 0
            if flags & Self.hasText != 0 {
                guard let text = field(in: bytes, at: &position) else { return nil }
                thought.text = JSONString(escaped: text)
            }
            if flags & Self.hasSignature != 0 {
                guard let value = field(in: bytes, at: &position), let name = field(in: bytes, at: &position),
                    let dialect = Dialect(rawValue: String(decoding: name, as: UTF8.self))
                else { return nil }
                var origin = NeutralOrigin(dialect)
                if flags & Self.hasModel != 0 {
                    guard let model = field(in: bytes, at: &position) else { return nil }
                    origin.model = String(decoding: model, as: UTF8.self)
                }
                thought.signature = NeutralSignature(JSONString(escaped: value), origin: origin)
            }
            thoughts.append(thought)
        }
        return thoughts
    }

    static func field(in bytes: [UInt8], at position: inout Int) -> ArraySlice<UInt8>? {
        guard bytes.count - position >= 4 else { return nil }
        let count = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
        position += 4
        guard bytes.count - position >= count else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
