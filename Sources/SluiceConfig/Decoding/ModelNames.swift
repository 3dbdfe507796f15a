import SluiceCore

/// The names of the model table that fallbacks, mirrors, aliases and routes may refer to.
struct ModelNames {
    /// How many names are looked through for the one that was probably meant.
    private static let suggestionLimit = 1000

    let all: [String]
    private let exact: [String: Int]
    /// The patterns, those that say more first.
    private let patterns: [(pattern: ModelPattern, index: Int)]

    init(_ names: [String]) {
        all = names
        let patterns = names.map { ModelPattern($0) }
        exact = Dictionary(
            zip(patterns, patterns.indices).filter { $0.0.isExact }.map { ($0.0.text, $0.1) },
            uniquingKeysWith: { first, _ in first }
        )
        self.patterns = zip(patterns, patterns.indices).filter { !$0.0.isExact }
            .sorted { ($0.0.literalCount, $1.1) > ($1.0.literalCount, $0.1) }
            .map { (pattern: $0.0, index: $0.1) }
    }

    /// Whether there is an entry of this very name.
    func hasEntry(_ name: String) -> Bool { exact[name] != nil }

    /// The entry that a request for `name` finds, by its place in the table.
    func entry(for name: String) -> Int? {
        exact[name] ?? patterns.first { $0.pattern.matches(name) }?.index
    }

    /// The known name, of these and `others`, that was probably meant by `name`.
    func nearest(to name: String, or others: [String] = []) -> String? {
        Suggestion.nearest(to: name, in: others + all.prefix(Self.suggestionLimit))
    }
}

/// Everything that a model or a route may refer to.
struct KnownNames {
    var providers: ProviderNames
    var models: ModelNames
}
