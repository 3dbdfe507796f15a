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
    /// `nil` when there is none: a negative number means "no bound" to several servers. A number past `Int` is `Int.max`.
    public private(set) var maxTokens: Int?

    /// Where the model's value lies, with its quotes.
    public var modelRange: Range<Int> { members[modelIndex].value }
    /// Where the value of `stream` lies.
    public var streamRange: Range<Int>? { streamIndex.map { members[$0].value } }
    /// The `stream_options` member.
    public var streamOptions: JSONMember? { streamOptionsIndex.map { members[$0] } }

    /// Scans `bytes`, a whole request body.
    ///
    /// Throws ``OpenAIRequestError``: malformed JSON (with the byte offset), no model, a model that is no string or
    /// empty, a member that decides something here written twice (escapes decoded, case ignored), and members of the
    /// wrong type. `limits` bound depth and members.
    public static func scan(
        _ bytes: Span<UInt8>, limits: JSONLimits = .default
    ) throws(OpenAIRequestError) -> OpenAIRequestScan {
        var scan = OpenAIRequestScan()
        scan.members.reserveCapacity(16)
        do throws(JSONError) {
            try JSONScanner.scanObject(bytes, limits: limits, into: &scan.members)
        } catch {
            let what = error.kind == .notAnObject ? "the body must be a JSON object" : "the body is not valid JSON"
            throw OpenAIRequestError(
                kind: .malformedJSON, message: "\(what): \(error.message) (byte \(error.offset))",
                offset: error.offset)
        }
        let fault = scan.read(bytes)
        if let fault { throw fault }
        return scan
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
        modelIndex = index
        model = JSONText.decode(
            base, member.value.lowerBound + 1, member.value.upperBound - 1, hasEscapes: member.valueHasEscapes)
        return nil
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
        for field in [OpenAIGuardedField.maxCompletionTokens, .maxTokens, .maxOutputTokens] {
            guard let index = found[field] else { continue }
            let member = members[index]
            guard member.kind != .null else { continue }
            let start = member.value.lowerBound
            let value = member.kind == .number ? JSONNumber.double(base, start, member.value.upperBound) : nil
            let exact = member.kind == .number ? JSONNumber.integer(base, start, member.value.upperBound) : nil
            // Past `Int` any number is whole; `nil` from both readings means that it is past `Double` too.
            let isHuge = member.kind == .number && exact == nil && (value.map { abs($0) >= 0x1p62 } ?? true)
            guard exact != nil || isHuge else {
                let name = "\(field.name)"
                return OpenAIRequestError(
                    kind: .invalidLimit, message: "\(name): expected an integer (byte \(start))", param: name,
                    offset: start)
            }
            let isNegative = ByteScan.byte(base, start) == 0x2D
            if maxTokens == nil, !isNegative { maxTokens = exact ?? Int.max }
        }
        return nil
    }
}

/// The place of each guarded member among the members of a request.
private struct OpenAIGuardedIndexes {
    private var model: Int?
    private var stream: Int?
    private var streamOptions: Int?
    private var maxTokens: Int?
    private var maxCompletionTokens: Int?
    private var maxOutputTokens: Int?

    subscript(_ field: OpenAIGuardedField) -> Int? {
        get {
            switch field {
            case .model: model
            case .stream: stream
            case .streamOptions: streamOptions
            case .maxTokens: maxTokens
            case .maxCompletionTokens: maxCompletionTokens
            case .maxOutputTokens: maxOutputTokens
            }
        }
        set {
            switch field {
            case .model: model = newValue
            case .stream: stream = newValue
            case .streamOptions: streamOptions = newValue
            case .maxTokens: maxTokens = newValue
            case .maxCompletionTokens: maxCompletionTokens = newValue
            case .maxOutputTokens: maxOutputTokens = newValue
            }
        }
    }

    /// Fills in the places; returns the fault when a member is there twice or in another spelling.
    mutating func find(_ members: [JSONMember], _ base: UnsafeRawPointer) -> OpenAIRequestError? {
        for index in members.indices {
            let key = members[index].key
            guard
                let match = OpenAIGuardedField.match(
                    base, key.lowerBound, key.upperBound, hasEscapes: members[index].keyHasEscapes)
            else { continue }
            guard match.isExact else {
                let name = "\(match.field.name)"
                return OpenAIRequestError(
                    kind: .duplicateMember,
                    message: "a member is spelled like \(name) but for upper and lower case; some servers read it as "
                        + "\(name), write it exactly so (byte \(key.lowerBound - 1))",
                    param: name, offset: key.lowerBound - 1)
            }
            guard self[match.field] == nil else {
                let name = "\(match.field.name)"
                return OpenAIRequestError(
                    kind: .duplicateMember,
                    message: "\(name) is written more than once (byte \(key.lowerBound - 1))", param: name,
                    offset: key.lowerBound - 1)
            }
            self[match.field] = index
        }
        return nil
    }
}

/// Finds `include_usage` in a `stream_options` object that the scan has validated.
private struct OpenAIStreamOptionsSink: JSONSink {
    let base: UnsafeRawPointer
    private(set) var count = 0
    private(set) var kind: JSONKind?
    private var isUsage = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        guard depth == 1 else { return true }
        isUsage = JSONText.equal(base, start, end, hasEscapes: hasEscapes, "include_usage")
        if isUsage { count += 1 }
        return true
    }

    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        if depth == 1, isUsage { self.kind = kind }
        return true
    }

    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 1, isUsage { self.kind = kind }
        return true
    }

    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {}
}
