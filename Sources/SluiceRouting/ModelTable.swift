public import SluiceCore

/// Which targets a model name resolves to.
///
/// Exact names come before patterns, patterns with more literal characters before those with fewer, and the table before
/// the providers' own patterns, which count only where the table is empty. `provider/model` always works, unless the table
/// has that very name.
public struct ModelTable: Sendable {
    /// One entry of the table.
    public struct Entry: Sendable {
        /// The name or pattern.
        public var pattern: ModelPattern
        /// Where it leads: a provider, and a model unless it keeps the name that the client sent.
        public var targets: [(provider: Int, model: String?)]

        /// Makes an entry.
        public init(pattern: ModelPattern, targets: [(provider: Int, model: String?)]) {
            self.pattern = pattern
            self.targets = targets
        }
    }

    /// A provider as the table sees it.
    public struct ProviderEntry: Sendable {
        /// Its name, for `provider/model`.
        public var name: String
        /// The models that it serves when the table is empty.
        public var patterns: [ModelPattern]

        /// Makes an entry.
        public init(name: String, patterns: [ModelPattern]) {
            self.name = name
            self.patterns = patterns
        }
    }

    /// The entries, in the order of the file.
    public let entries: [Entry]
    private let exact: [String: Int]
    private let patterns: [Int]
    private let providers: [ProviderEntry]
    private let providerByName: [String: Int]
    private let ownPatterns: [(pattern: ModelPattern, provider: Int)]

    /// Makes a table. Of two entries with the same name the first counts.
    public init(entries: [Entry], providers: [ProviderEntry]) {
        self.entries = entries
        self.providers = providers
        self.exact = Dictionary(
            entries.enumerated().filter { $0.element.pattern.isExact }.map { ($0.element.pattern.text, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.patterns = entries.indices.filter { !entries[$0].pattern.isExact }
            .sorted { entries[$0].pattern.literalCount > entries[$1].pattern.literalCount }
        self.providerByName = Dictionary(
            providers.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.ownPatterns = providers.enumerated()
            .flatMap { index, provider in provider.patterns.map { (pattern: $0, provider: index) } }
            .sorted { $0.pattern.literalCount > $1.pattern.literalCount }
    }

    /// The targets of a model, or `nil` when nothing serves it.
    public func resolve(_ model: String) -> AttemptPlan? {
        if let index = self.exact[model] {
            return self.plan(index, model: model, isListed: true)
        }
        if let index = self.patterns.first(where: { self.entries[$0].pattern.matches(model) }) {
            return self.plan(index, model: model, isListed: false)
        }
        if let slash = model.utf8.firstIndex(of: UInt8(ascii: "/")),
            let provider = self.providerByName[String(model[..<slash])]
        {
            let name = String(model[model.utf8.index(after: slash)...])
            guard !name.isEmpty else { return nil }
            return AttemptPlan(targets: [Target(provider: provider, model: name)], entry: nil, isListed: false)
        }
        guard self.entries.isEmpty, let own = self.ownPatterns.first(where: { $0.pattern.matches(model) }) else {
            return nil
        }
        return AttemptPlan(
            targets: [Target(provider: own.provider, model: model)], entry: nil, isListed: own.pattern.isExact)
    }

    /// The exact names of the table, in its order.
    public var listedNames: [String] {
        self.entries.lazy.filter { $0.pattern.isExact }.map { $0.pattern.text }
    }

    /// The providers whose own model lists widen what is served, and the patterns that say how far.
    public var openPatterns: [(provider: Int, pattern: ModelPattern)] {
        if self.entries.isEmpty {
            return self.ownPatterns.map { (provider: $0.provider, pattern: $0.pattern) }
        }
        return self.patterns.flatMap { index in
            self.entries[index].targets.filter { $0.model == nil }
                .map { (provider: $0.provider, pattern: self.entries[index].pattern) }
        }
    }

    private func plan(_ index: Int, model: String, isListed: Bool) -> AttemptPlan? {
        let targets = self.entries[index].targets.enumerated().map { place, target in
            Target(provider: target.provider, model: target.model ?? model, index: place)
        }
        guard !targets.isEmpty else { return nil }
        return AttemptPlan(targets: targets, entry: index, isListed: isListed)
    }
}
