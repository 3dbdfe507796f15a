import SluiceCore

/// The names of the header fields that tell of limits, in the words of all dialects that have such.
enum LimitHeaders {
    static let names: [String] = ["requests", "tokens"].flatMap { resource in
        ["limit", "remaining", "reset"].flatMap { fact in
            ["x-ratelimit-\(fact)-\(resource)", "anthropic-ratelimit-\(resource)-\(fact)"]
        }
    }
    private static let set = FieldNameSet(names)
    private static let advice = FieldNameSet(["retry-after", "retry-after-ms"])

    /// Whether a field tells of a limit; `retry-after` does not.
    static func isLimit(_ name: String) -> Bool { self.set.contains(name) }

    /// Whether a field tells of a limit or when to come again.
    static func isAdvice(_ name: String) -> Bool { self.set.contains(name) || self.advice.contains(name) }
}
