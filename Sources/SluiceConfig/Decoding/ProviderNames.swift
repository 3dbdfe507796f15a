/// The names of providers that models and routes may refer to.
struct ProviderNames {
    let all: [String]
    let off: Set<String>
    private let known: Set<String>

    init(_ providers: [ProviderConfiguration]) {
        all = providers.map(\.name)
        off = Set(providers.lazy.filter { !$0.isEnabled }.map(\.name))
        known = Set(all)
    }

    func contains(_ name: String) -> Bool { known.contains(name) }

    /// The parts of `provider/model`; `nil` if there is no slash with something after it, or no such provider before.
    func split(_ text: String) -> (provider: String, model: String)? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty, known.contains(parts[0]) else { return nil }
        return (parts[0], parts[1])
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
