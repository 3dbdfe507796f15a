/// Checks a JSON text against RFC 8259 in one pass and reports the members of its top-level object.
///
/// Strict: no comments, no trailing commas, no byte order mark, UTF-8 without overlong forms or surrogates, depth
/// bounded, no recursion. Escapes of lone surrogates (`"\ud83d"`) are JSON and pass. Numbers are checked, not read.
/// Members come in the order of the text, duplicates included: which one counts is the caller's decision.
public enum JSONScanner {
    /// Checks `bytes` and replaces the contents of `members` with the members of the object.
    ///
    /// `members` keeps its capacity, so that a caller who reuses it allocates nothing.
    /// Throws ``JSONError`` with the offset of the first fault; `members` is then of no meaning.
    public static func scanObject(
        _ bytes: Span<UInt8>, limits: JSONLimits = .default, into members: inout [JSONMember]
    ) throws(JSONError) {
        members.removeAll(keepingCapacity: true)
        let failure: JSONError? = bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return JSONFailure(.empty, 0).error(nil, 0) }
            var sink = JSONMemberSink(members: members, limit: limits.maximumMembers)
            members = []
            let failure = walkMembers(base, raw.count, limits.maximumDepth, &sink)
            members = sink.members
            return failure?.error(base, raw.count)
        }
        if let failure { throw failure }
    }

    /// Checks that `bytes` is one JSON value of any kind.
    public static func validate(_ bytes: Span<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        let failure: JSONError? = bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return JSONFailure(.empty, 0).error(nil, 0) }
            var sink = JSONDeafSink()
            return walkDeaf(base, raw.count, limits.maximumDepth, &sink)?.error(base, raw.count)
        }
        if let failure { throw failure }
    }

    /// Whether the decoded key of `member` is `name`; `bytes` is the text that was scanned.
    public static func key(_ member: JSONMember, in bytes: Span<UInt8>, equals name: StaticString) -> Bool {
        guard member.key.lowerBound >= 0, member.key.upperBound <= bytes.count else { return false }
        return bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return false }
            return JSONText.equal(
                base, member.key.lowerBound, member.key.upperBound, hasEscapes: member.keyHasEscapes, name)
        }
    }

    /// The decoded text of a member's value, or `nil` when it is no string.
    ///
    /// Escapes of lone surrogates become U+FFFD.
    public static func string(_ member: JSONMember, in bytes: Span<UInt8>) -> String? {
        guard member.kind == .string, member.value.count >= 2, member.value.upperBound <= bytes.count else {
            return nil
        }
        return bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return JSONText.decode(
                base, member.value.lowerBound + 1, member.value.upperBound - 1, hasEscapes: member.valueHasEscapes)
        }
    }

    @inline(never)
    private static func walkMembers(
        _ base: UnsafeRawPointer, _ end: Int, _ depth: Int, _ sink: inout JSONMemberSink
    ) -> JSONFailure? {
        JSONWalker.walk(base, end, maximumDepth: depth, objectOnly: true, sink: &sink)
    }

    @inline(never)
    private static func walkDeaf(
        _ base: UnsafeRawPointer, _ end: Int, _ depth: Int, _ sink: inout JSONDeafSink
    ) -> JSONFailure? {
        JSONWalker.walk(base, end, maximumDepth: depth, sink: &sink)
    }
}
