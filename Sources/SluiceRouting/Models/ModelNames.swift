import SluiceCore

/// What a name stands for: the order of precedence, in one place.
struct ModelNames: Sendable {
    enum Match: Sendable, Equatable {
        /// An entry, by its name or alias, or by its pattern.
        case entry(Int, isExact: Bool)
        /// A provider, and the model that it is asked for; listed where the provider's own list has that very name.
        case provider(Int, model: String, isListed: Bool)
    }

    /// Names and aliases.
    var exact: [String: Int]
    /// The patterns, the one that says most first.
    var patterns: [(pattern: ModelPattern, entry: Int)]
    /// The providers by name.
    var providers: [String: Int]
    /// The providers' own patterns, where they count.
    var own: [(pattern: ModelPattern, provider: Int)]

    func find(_ model: String) -> Match? {
        if let index = self.exact[model] { return .entry(index, isExact: true) }
        if let found = self.patterns.first(where: { $0.pattern.matches(model) }) {
            return .entry(found.entry, isExact: false)
        }
        if let slash = model.utf8.firstIndex(of: UInt8(ascii: "/")),
            let provider = self.providers[String(model[..<slash])]
        {
            let name = String(model[model.utf8.index(after: slash)...])
            return name.isEmpty ? nil : .provider(provider, model: name, isListed: false)
        }
        guard let found = self.own.first(where: { $0.pattern.matches(model) }) else { return nil }
        return .provider(found.provider, model: model, isListed: found.pattern.isExact)
    }
}
