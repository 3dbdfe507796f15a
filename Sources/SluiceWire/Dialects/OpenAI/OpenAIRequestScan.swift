/// What the gateway must know of a JSON request of an OpenAI surface, found in one pass over its bytes.
///
/// The body is validated as strict JSON. Ranges are offsets in the scanned bytes; the model is spliced by
/// ``JSONSplice`` with ``members``. Nothing else of the body is read or kept.
public struct OpenAIRequestScan: Sendable {
    /// The top-level members, in the order of the text.
    public private(set) var members: [JSONMember] = []
    /// The model's name, decoded.
    public private(set) var model = ""
    /// The index of the model's member in ``members``.
    public private(set) var modelIndex = 0
    /// Whether a stream is asked for.
    public private(set) var isStreaming = false
    /// The index of the `stream` member.
    public private(set) var streamIndex: Int?
    /// The index of the `stream_options` member.
    public private(set) var streamOptionsIndex: Int?
    /// `stream_options.include_usage`; `nil` when it is not written or `null`.
    public private(set) var includeUsage: Bool?
    /// The client's bound on output: `max_completion_tokens`, else `max_tokens`, else `max_output_tokens`.
    ///
    /// `nil` when there is none: a negative number means "no bound" to several servers. A number past `Int` is
    /// `Int.max`.
    public private(set) var maxTokens: Int?

    /// How many bytes of UTF-8 a model's name may have: it becomes a label, a log field and part of a URL.
    public static let maximumModelBytes = 512

    /// Where the model's value lies, with its quotes.
    public var modelRange: Range<Int> { members[modelIndex].value }
    /// Where the value of `stream` lies.
    public var streamRange: Range<Int>? { streamIndex.map { members[$0].value } }
    /// The `stream_options` member.
    public var streamOptions: JSONMember? { streamOptionsIndex.map { members[$0] } }

    /// Scans `bytes`, a whole request body.
    ///
    /// Throws ``OpenAIRequestError``: malformed JSON (with the byte offset), no model, a model that is no string,
    /// empty or longer than ``maximumModelBytes``, a member that decides something here written twice (escapes decoded, case ignored), and members of the
    /// wrong type. `limits` bound depth and members.
    public static func scan(
        _ bytes: Span<UInt8>, limits: JSONLimits = .default
    ) throws(OpenAIRequestError) -> OpenAIRequestScan {
        var scan = OpenAIRequestScan()
        scan.members.reserveCapacity(12)
        do throws(JSONError) {
            try JSONScanner.scanObject(bytes, limits: limits, into: &scan.members)
        } catch {
            throw malformed(error)
        }
        let fault = scan.read(bytes)
        if let fault { throw fault }
        return scan
    }

    /// Checks a body whose model stands elsewhere, in the path: strict JSON, an object.
    ///
    /// - Returns: the model. Throws as ``scan(_:limits:)`` does; the model may be too long here too.
    public static func validate(
        _ bytes: Span<UInt8>, model: String, limits: JSONLimits = .default
    ) throws(OpenAIRequestError) -> String {
        var members: [JSONMember] = []
        do throws(JSONError) {
            try JSONScanner.scanObject(bytes, limits: limits, into: &members)
        } catch {
            throw malformed(error)
        }
        guard model.utf8.count <= Self.maximumModelBytes else {
            throw OpenAIRequestError(
                kind: .invalidModel, message: "model: expected at most \(maximumModelBytes) bytes", param: "model")
        }
        return model
    }

    /// Whether the body has a member of this name at its top.
    public func has(_ name: StaticString, in bytes: Span<UInt8>) -> Bool {
        members.contains { JSONScanner.key($0, in: bytes, equals: name) }
    }

    private static func malformed(_ error: JSONError) -> OpenAIRequestError {
        let what = error.kind == .notAnObject ? "the body must be a JSON object" : "the body is not valid JSON"
        return OpenAIRequestError(
            kind: .malformedJSON, message: "\(what): \(error.message) (byte \(error.offset))", offset: error.offset)
    }

    /// Finds the guarded members and reads their values.
    private mutating func read(_ bytes: Span<UInt8>) -> OpenAIRequestError? {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            var found = OpenAIGuardedIndexes()
            if let fault = found.find(members, base) { return fault }
            return readModel(found, base) ?? readStream(found, base) ?? readLimits(found, base)
        }
    }

    private mutating func readModel(
        _ found: OpenAIGuardedIndexes, _ base: UnsafeRawPointer
    ) -> OpenAIRequestError? {
        guard let index = found[.model] else {
            return OpenAIRequestError(
                kind: .missingModel, message: "you must provide a model parameter", param: "model")
        }
        let member = members[index]
        guard member.kind == .string, member.value.count > 2 else {
            return OpenAIRequestError(
                kind: .invalidModel, message: "model: expected a non-empty string (byte \(member.value.lowerBound))",
                param: "model", offset: member.value.lowerBound)
        }
        // An escape takes at most six bytes for one: what is longer is not even decoded.
        guard member.value.count <= Self.maximumModelBytes * 6 + 2 else { return Self.longModel(member) }
        modelIndex = index
        model = JSONText.decode(
            base, member.value.lowerBound + 1, member.value.upperBound - 1, hasEscapes: member.valueHasEscapes)
        return model.utf8.count <= Self.maximumModelBytes ? nil : Self.longModel(member)
    }

    private static func longModel(_ member: JSONMember) -> OpenAIRequestError {
        OpenAIRequestError(
            kind: .invalidModel,
            message: "model: expected at most \(maximumModelBytes) bytes (byte \(member.value.lowerBound))",
            param: "model", offset: member.value.lowerBound)
    }

    private mutating func readStream(
        _ found: OpenAIGuardedIndexes, _ base: UnsafeRawPointer
    ) -> OpenAIRequestError? {
        if let index = found[.stream] {
            let member = members[index]
            guard member.kind.isBoolean || member.kind == .null else {
                return OpenAIRequestError(
                    kind: .invalidStream, message: "stream: expected a boolean (byte \(member.value.lowerBound))",
                    param: "stream", offset: member.value.lowerBound)
            }
            streamIndex = index
            isStreaming = member.kind == .true
        }
        guard let index = found[.streamOptions] else { return nil }
        streamOptionsIndex = index
        let options = members[index]
        func fault(_ message: String, _ param: String, _ offset: Int) -> OpenAIRequestError {
            OpenAIRequestError(
                kind: .invalidStreamOptions, message: "\(param): \(message) (byte \(offset))", param: param,
                offset: offset)
        }
        switch options.kind {
        case .null:
            return nil
        case .object:
            var sink = OpenAIStreamOptionsSink(base: base + options.value.lowerBound)
            _ = JSONWalker.walk(
                base + options.value.lowerBound, options.value.count, maximumDepth: 256, objectOnly: true, sink: &sink)
            guard sink.count <= 1 else {
                return OpenAIRequestError(
                    kind: .duplicateMember, message: "stream_options.include_usage is written more than once",
                    param: "stream_options.include_usage", offset: options.value.lowerBound)
            }
            switch sink.kind {
            case .true: includeUsage = true
            case .false: includeUsage = false
            case .null, nil: includeUsage = nil
            default:
                return fault("expected a boolean", "stream_options.include_usage", options.value.lowerBound)
            }
            return nil
        default:
            return fault("expected an object", "stream_options", options.value.lowerBound)
        }
    }

    private mutating func readLimits(
        _ found: OpenAIGuardedIndexes, _ base: UnsafeRawPointer
    ) -> OpenAIRequestError? {
        readLimit(.maxCompletionTokens, found, base) ?? readLimit(.maxTokens, found, base)
            ?? readLimit(.maxOutputTokens, found, base)
    }

    /// Reads one limit; the first that is there counts, every one must be well-formed.
    private mutating func readLimit(
        _ field: OpenAIGuardedField, _ found: OpenAIGuardedIndexes, _ base: UnsafeRawPointer
    ) -> OpenAIRequestError? {
        guard let index = found[field], members[index].kind != .null else { return nil }
        let value = members[index].value
        let isNumber = members[index].kind == .number
        let exact = isNumber ? JSONNumber.integer(base, value.lowerBound, value.upperBound) : nil
        guard exact != nil || (isNumber && Self.isHuge(base, value)) else {
            let name = "\(field.name)"
            return OpenAIRequestError(
                kind: .invalidLimit, message: "\(name): expected an integer (byte \(value.lowerBound))", param: name,
                offset: value.lowerBound)
        }
        let isNegative = ByteScan.byte(base, value.lowerBound) == 0x2D
        if maxTokens == nil, !isNegative { maxTokens = exact ?? Int.max }
        return nil
    }

    /// Whether a number is so large that it is whole whatever its digits, or past `Double`.
    private static func isHuge(_ base: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
        JSONNumber.double(base, range.lowerBound, range.upperBound).map { abs($0) >= 0x1p62 } ?? true
    }
}
