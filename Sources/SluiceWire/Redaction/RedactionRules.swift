/// What is made unreadable in captured bodies.
public struct RedactionRules: Sendable, Equatable {
    /// The patterns that are looked for in every text. All but phone numbers, of which many are none.
    public var patterns: Set<SensitivePattern>
    /// The fields whose values are not kept.
    public var fields: [RedactedField]

    /// Makes rules.
    public init(patterns: Set<SensitivePattern> = [.email, .apiKey, .card], fields: [RedactedField] = []) {
        self.patterns = patterns
        self.fields = fields
    }

    /// Whether nothing is changed.
    public var isEmpty: Bool { self.patterns.isEmpty && self.fields.isEmpty }
}
