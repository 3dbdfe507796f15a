/// The members of a request that the gateway itself acts on.
///
/// Each may be written once. Servers differ in which duplicate they take, and some (Go's `encoding/json`) match names
/// without regard to case: a body in which gateway and server could read different values is refused.
enum OpenAIGuardedField: CaseIterable {
    case model, stream, streamOptions, maxTokens, maxCompletionTokens, maxOutputTokens

    var name: StaticString {
        switch self {
        case .model: "model"
        case .stream: "stream"
        case .streamOptions: "stream_options"
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        case .maxOutputTokens: "max_output_tokens"
        }
    }

    /// The field that the key `start..<end` names, and whether it is spelled exactly so.
    @inline(__always)
    static func match(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, hasEscapes: Bool
    ) -> (field: OpenAIGuardedField, isExact: Bool)? {
        guard start < end else { return nil }
        // Every field starts with m or s; "ſ" (U+017F) folds to s, and an escape may hide anything.
        let first = ByteScan.byte(base, start)
        guard first | 0x20 == 0x6D || first | 0x20 == 0x73 || first >= 0x80 || hasEscapes else { return nil }
        if !hasEscapes {
            if let field = exact(base, start, end) { return (field, true) }
            if isOtherWord(base, start, end) { return nil }
        }
        return fold(base, start, end)
    }

    /// Whether the key, no field's name, is ASCII whose second byte no field has: "messages", "metadata", "seed".
    @inline(__always)
    private static func isOtherWord(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
        guard end &- start >= 2, end &- start <= 21 else { return false }
        let second = ByteScan.byte(base, start &+ 1)
        guard second < 0x80, ByteScan.byte(base, start) < 0x80 else { return false }
        return second | 0x20 != 0x6F && second | 0x20 != 0x74 && second | 0x20 != 0x61
    }

    /// The field whose name is the bytes `start..<end`.
    @inline(__always)
    private static func exact(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> OpenAIGuardedField? {
        if ByteScan.equal(base, start, end, "model") { return .model }
        if ByteScan.equal(base, start, end, "stream") { return .stream }
        if ByteScan.equal(base, start, end, "max_tokens") { return .maxTokens }
        if ByteScan.equal(base, start, end, "stream_options") { return .streamOptions }
        if ByteScan.equal(base, start, end, "max_completion_tokens") { return .maxCompletionTokens }
        if ByteScan.equal(base, start, end, "max_output_tokens") { return .maxOutputTokens }
        return nil
    }

    /// As `match`, for a key that is not plainly one of the names.
    @inline(never)
    private static func fold(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int
    ) -> (field: OpenAIGuardedField, isExact: Bool)? {
        // The longest name is 21 bytes, each written as at most six.
        guard end - start <= 21 * 6 else { return nil }
        var key: [UInt8] = []
        JSONText.decode(base, start, end, into: &key)
        let exact = key
        key = folded(key)
        for field in allCases {
            let name = UnsafeBufferPointer(start: field.name.utf8Start, count: field.name.utf8CodeUnitCount)
            if key.elementsEqual(name) { return (field, exact.elementsEqual(name)) }
        }
        return nil
    }

    /// Lower case, with the two letters outside ASCII that simple case folding maps into it.
    private static func folded(_ key: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < key.count {
            let rest = key[index...]
            if rest.starts(with: [0xC5, 0xBF]) {
                result.append(0x73)
                index += 2
            } else if rest.starts(with: [0xE2, 0x84, 0xAA]) {
                result.append(0x6B)
                index += 3
            } else {
                let byte = key[index]
                result.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
                index += 1
            }
        }
        return result
    }
}
