import SluiceCore

/// What a name stands for: the order of precedence, in one place.
struct ModelNames: Sendable {
    enum Match: Sendable, Equatable {
        /// An entry, and the name by which it was found in the end; listed where the client's name stands in the table.
        case entry(Int, name: String, isListed: Bool)
        /// A provider, the model that it is asked for, and the provider's own pattern where one led there; listed where the table
        /// or the provider's own list has the name.
        case provider(Int, model: String, pattern: ModelPattern?, isListed: Bool)
    }

    /// The most aliases on the way to a model.
    static let aliasLimit = 8

    /// The names of entries.
    var exact: [String: Int]
    /// The patterns, the one that says most first.
    var patterns: [(pattern: ModelPattern, entry: Int)]
    /// The providers by name.
    var providers: [String: Int]
    /// The providers' own patterns, where they count.
    var own: [(pattern: ModelPattern, provider: Int)]
    /// For each entry, what it is another name of.
    var aliases: [String?]

    func find(_ model: String) -> Match? {
        var name = model
        var isListed: Bool?
        for _ in 0...Self.aliasLimit {
            let index: Int
            if let exact = self.exact[name] {
                index = exact
                isListed = isListed ?? true
            } else if let found = self.patterns.first(where: { $0.pattern.matches(name) }) {
                index = found.entry
                isListed = isListed ?? false
            } else {
                return self.provider(name, isListed: isListed ?? false)
            }
            guard let alias = self.aliases[index] else { return .entry(index, name: name, isListed: isListed ?? false) }
            name = alias
        }
        return nil
    }

    private func provider(_ name: String, isListed: Bool) -> Match? {
        if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")),
            let provider = self.providers[String(name[..<slash])]
        {
            let model = String(name[name.utf8.index(after: slash)...])
            return model.isEmpty ? nil : .provider(provider, model: model, pattern: nil, isListed: isListed)
        }
        guard let found = self.own.first(where: { $0.pattern.matches(name) }) else { return nil }
        return .provider(
            found.provider, model: name, pattern: found.pattern, isListed: isListed || found.pattern.isExact)
    }

    /// The names from an alias on, when they lead back to one of them.
    func aliasCycle(from entry: Int) -> [String]? {
        var names: [String] = []
        var next = self.aliases[entry]
        while let name = next {
            guard !names.contains(name), names.count <= Self.aliasLimit else { return names + [name] }
            names.append(name)
            let found = self.exact[name] ?? self.patterns.first { $0.pattern.matches(name) }?.entry
            next = found.flatMap { self.aliases[$0] }
        }
        return nil
    }
}
