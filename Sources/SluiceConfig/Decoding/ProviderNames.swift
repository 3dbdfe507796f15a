/// The names that models and routes may refer to.
struct ProviderNames {
    let all: [String]
    let off: Set<String>

    init(_ providers: [ProviderConfiguration]) {
        all = providers.map(\.name)
        off = Set(providers.lazy.filter { !$0.isEnabled }.map(\.name))
    }

    /// Why `name` cannot be referred to, with the fix.
    func explanation(for name: String) -> String {
        let hint: String
        if let nearest = Suggestion.nearest(to: name, in: all) {
            hint = "did you mean \(nearest)?"
        } else if all.isEmpty {
            hint = "there are no providers; add it under providers"
        } else {
            hint = "known providers: \(all.joined(separator: ", "))"
        }
        return "there is no provider called \(FoundText.sanitized(name)); \(hint)"
    }
}
