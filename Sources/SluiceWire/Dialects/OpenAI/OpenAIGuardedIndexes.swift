/// The place of each guarded member among the members of a request.
struct OpenAIGuardedIndexes {
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
