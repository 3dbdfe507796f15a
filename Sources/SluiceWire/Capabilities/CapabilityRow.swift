/// Facts about some models of some providers: one row of ``CapabilityTable``.
struct CapabilityRow: Sendable {
    /// Whose models these are.
    enum Scope: Sendable {
        /// Any provider that is spoken to in these dialects.
        case dialects([Dialect])
        /// Providers of these kinds.
        case kinds([StaticString])

        func includes(kind: String, dialect: Dialect) -> Bool {
            switch self {
            case .dialects(let dialects): dialects.contains(dialect)
            case .kinds(let kinds): kinds.contains { $0.utf8Equals(kind) }
            }
        }
    }

    /// Whose models these are.
    var scope: Scope
    /// The models' names, `*` standing for any run of characters; lower case.
    var patterns: [StaticString]
    /// The facts, over those of the rows before.
    var facts: @Sendable (inout ModelCapabilities) -> Void

    init(
        _ scope: Scope,
        _ patterns: StaticString...,
        facts: @escaping @Sendable (inout ModelCapabilities) -> Void
    ) {
        self.scope = scope
        self.patterns = patterns
        self.facts = facts
    }
}

extension StaticString {
    fileprivate func utf8Equals(_ text: String) -> Bool {
        self.utf8CodeUnitCount == text.utf8.count && self.withUTF8Buffer { text.utf8.elementsEqual($0) }
    }
}
