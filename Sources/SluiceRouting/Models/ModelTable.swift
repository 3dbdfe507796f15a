public import SluiceCore

/// Which targets a model name resolves to.
///
/// Exact names come before patterns, patterns with more literal characters before those with fewer, and the table
/// before the providers' own patterns, which count only where the table is empty. `provider/model` always works, unless the
/// table has that very name. A name is found in one look-up, however many there are.
public struct ModelTable: Sendable {
    /// The entries, in the order of the file.
    public let entries: [Entry]
    /// What is wrong with entries; those serve nothing, but for fallbacks that nothing serves, which are passed over.
    public let problems: [Problem]
    private let names: ModelNames
    /// For each entry its tree, unless it serves nothing.
    private let trees: [TargetTree?]
    /// For each provider the tree that leads to it alone, with the name that the client sent.
    private let directTrees: [TargetTree]
    /// For each provider what its models are called together: `openai/*`.
    private let directNames: [String]

    /// Makes a table. Of two entries with the same name the first counts.
    ///
    /// - Parameter board: keeps what is known of targets and credentials across reloads.
    public init(entries: [Entry], providers: [ProviderEntry], board: HealthBoard = HealthBoard()) {
        self.entries = entries
        var exact: [String: Int] = [:]
        for (index, entry) in entries.enumerated() where entry.pattern.isExact {
            if exact[entry.pattern.text] == nil { exact[entry.pattern.text] = index }
        }
        let names = ModelNames(
            exact: exact,
            patterns: Self.mostLiteralFirst(
                entries.enumerated().filter { !$0.element.pattern.isExact }.map { (pattern: $1.pattern, value: $0) }
            ).map { (pattern: $0.pattern, entry: $0.value) },
            providers: Dictionary(
                providers.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first }),
            own: entries.isEmpty
                ? Self.mostLiteralFirst(
                    providers.enumerated().flatMap { index, provider in
                        provider.patterns.map { (pattern: $0, value: index) }
                    }
                ).map { (pattern: $0.pattern, provider: $0.value) } : [],
            aliases: entries.map(\.alias)
        )
        var builder = TargetTreeBuilder(entries: entries, providers: providers, names: names, board: board)
        self.trees = entries.indices.map { builder.tree(entry: $0) }
        self.directTrees = providers.indices.map { builder.tree(provider: $0) }
        self.directNames = providers.map { "\($0.name)/*" }
        self.problems = builder.problems
        self.names = names
    }

    /// The targets of a model, or `nil` when nothing serves it.
    public func resolve(_ model: String) -> AttemptPlan? {
        switch self.names.find(model) {
        case .entry(let index, let name, let isListed):
            guard let tree = self.trees[index] else { return nil }
            return AttemptPlan(
                tree: tree, model: name, tableName: self.entries[index].pattern.text, entry: index, isListed: isListed)
        case .provider(let provider, let name, let pattern, let isListed):
            return AttemptPlan(
                tree: self.directTrees[provider], model: name,
                tableName: pattern?.text ?? self.directNames[provider], entry: nil, isListed: isListed)
        case nil:
            return nil
        }
    }

    /// The plan of a provider alone, whatever the table says; `nil` when there is no such provider.
    public func plan(provider: Int, model: String) -> AttemptPlan? {
        guard self.directTrees.indices.contains(provider) else { return nil }
        return AttemptPlan(
            tree: self.directTrees[provider], model: model, tableName: self.directNames[provider], entry: nil,
            isListed: false)
    }

    /// The plan of a model after a rule of the ``RouteTable`` was applied to its name.
    public func resolve(_ model: String, by use: RouteTable.Use) -> AttemptPlan? {
        switch use {
        case .target(let provider, let override): self.plan(provider: provider, model: override ?? model)
        case .model(let name): self.resolve(name)
        case .modelPrefix(let prefix): self.resolve(prefix + model)
        }
    }

    /// The plan of where a fallback leads; `nil` when nothing serves it.
    func resolve(_ destination: Destination, clientModel: String) -> AttemptPlan? {
        switch destination {
        case .provider(let provider, let model): self.plan(provider: provider, model: model ?? clientModel)
        case .model(let name): self.resolve(name)
        }
    }

    /// The exact names of the table, in its order.
    public var listedNames: [String] {
        self.entries.lazy.filter { $0.pattern.isExact }.map { $0.pattern.text }
    }

    /// The providers whose own model lists widen what is served, and the patterns that say how far.
    public var openPatterns: [(provider: Int, pattern: ModelPattern)] {
        guard !self.entries.isEmpty else { return self.names.own.map { (provider: $0.provider, pattern: $0.pattern) } }
        return self.names.patterns.flatMap { pattern, entry in
            (self.trees[entry]?.leaves ?? []).filter { $0.model == nil }
                .map { (provider: $0.provider, pattern: pattern) }
        }
    }

    /// The health of every target of the table, for metrics: each once.
    public func healthReport(now: MonotonicTime) -> [TargetReport] {
        var seen: Set<ObjectIdentifier> = []
        var reports: [TargetReport] = []
        for leaf in (self.trees.compactMap { $0 } + self.directTrees).flatMap(\.leaves)
        where seen.insert(ObjectIdentifier(leaf.health)).inserted {
            reports.append(leaf.report(now: now))
        }
        return reports
    }

    private static func mostLiteralFirst(
        _ patterns: [(pattern: ModelPattern, value: Int)]
    ) -> [(pattern: ModelPattern, value: Int)] {
        patterns.enumerated()
            .map { (offset: $0.offset, literals: $0.element.pattern.literalCount, element: $0.element) }
            .sorted { $0.literals != $1.literals ? $0.literals > $1.literals : $0.offset < $1.offset }
            .map(\.element)
    }
}
