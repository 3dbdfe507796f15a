import SluiceCore

/// Unfolds entries into trees, and refuses those that lead back to themselves.
struct TargetTreeBuilder {
    private let entries: [ModelTable.Entry]
    private let providers: [ModelTable.ProviderEntry]
    private let names: ModelNames
    private let board: HealthBoard
    private let handles: [ProviderHealth.Handle]
    private(set) var problems: [ModelTable.Problem] = []

    private struct Refusal: Error {
        var problem: ModelTable.Problem
    }

    /// What is being unfolded: leaves and groups so far, and the entries on the way down.
    private struct Unfolding {
        var root: Int
        var leaves: [TargetTree.Leaf] = []
        var groups: [TargetTree.Group?] = []
        var path: [Int] = []
        var names: [String] = []
    }

    init(
        entries: [ModelTable.Entry],
        providers: [ModelTable.ProviderEntry],
        names: ModelNames,
        board: HealthBoard
    ) {
        self.entries = entries
        self.providers = providers
        self.names = names
        self.board = board
        self.handles = providers.map {
            board.provider(named: $0.name, credentials: $0.credentials, settings: $0.health)
        }
    }

    /// The tree of an entry; `nil`, and a problem, where there can be none. An entry without targets has none and no problem.
    mutating func tree(entry index: Int) -> TargetTree? {
        let entry = self.entries[index]
        if let alias = entry.alias {
            if let cycle = self.names.aliasCycle(from: index) {
                self.problems.append(.cycle(entry: index, path: [entry.pattern.text] + cycle))
            } else if self.names.find(alias) == nil {
                self.problems.append(.unknownModel(entry: index, name: alias))
            }
            return nil
        }
        guard !entry.targets.isEmpty else { return nil }
        var unfolding = Unfolding(root: index)
        do throws(Refusal) {
            _ = try self.unfold(index, name: entry.pattern.isExact ? entry.pattern.text : nil, &unfolding)
        } catch {
            self.problems.append(error.problem)
            return nil
        }
        for case .model(let name) in entry.fallbacks.all where self.names.find(name) == nil {
            self.problems.append(.unknownModel(entry: index, name: name))
        }
        return TargetTree(
            leaves: unfolding.leaves, groups: unfolding.groups.compactMap { $0 }, retry: entry.retry,
            fallbacks: entry.fallbacks)
    }

    /// The tree of a provider alone.
    mutating func tree(provider: Int) -> TargetTree {
        let leaf = self.leaf(provider, model: nil, pattern: "*")
        let child = TargetTree.Child(leaves: 0..<1, group: nil, weight: 1, seed: leaf.health.seed)
        return TargetTree(
            leaves: [leaf],
            groups: [TargetTree.Group(strategy: .priority, children: [child])],
            retry: RetryPolicy(),
            fallbacks: Fallbacks()
        )
    }

    /// Appends an entry's group and what is below it; `name` is what its targets are asked for, `nil` the client's name.
    private func unfold(_ index: Int, name: String?, _ unfolding: inout Unfolding) throws(Refusal) -> Int {
        let entry = self.entries[index]
        let label = name ?? entry.pattern.text
        guard !unfolding.path.contains(index) else {
            throw Refusal(problem: .cycle(entry: unfolding.root, path: unfolding.names + [label]))
        }
        unfolding.path.append(index)
        unfolding.names.append(label)
        defer {
            unfolding.path.removeLast()
            unfolding.names.removeLast()
        }
        let place = unfolding.groups.count
        unfolding.groups.append(nil)
        var children: [TargetTree.Child] = []
        for (position, target) in entry.targets.enumerated() {
            let first = unfolding.leaves.count
            var group: Int?
            switch target.destination {
            case .provider(let provider, let model):
                try self.append(
                    provider, model: model ?? name, entry: index, position: position, price: target.price, &unfolding)
            case .model(let nested):
                switch self.names.find(nested) {
                case .entry(let found, let name, _):
                    guard !self.entries[found].targets.isEmpty else { continue }
                    group = try self.unfold(found, name: name, &unfolding)
                case .provider(let provider, let model, _, _):
                    try self.append(
                        provider, model: model, entry: index, position: position, price: target.price, &unfolding)
                case nil:
                    throw Refusal(problem: .unknownModel(entry: unfolding.root, name: nested))
                }
            }
            let leaves = first..<unfolding.leaves.count
            guard !leaves.isEmpty else { continue }
            // Several leaves are one child: its seed is of all of them.
            let seed = leaves.reduce(into: UInt64(leaves.count)) { seed, leaf in
                seed = RandomSource.mix(seed ^ unfolding.leaves[leaf].health.seed)
            }
            children.append(TargetTree.Child(leaves: leaves, group: group, weight: target.weight, seed: seed))
        }
        guard !children.isEmpty else {
            throw Refusal(problem: .unknownModel(entry: unfolding.root, name: label))
        }
        unfolding.groups[place] = TargetTree.Group(
            strategy: entry.strategy,
            children: children,
            prefixes: self.prefixes(entry)
        )
        return place
    }

    private func append(
        _ provider: Int,
        model: String?,
        entry: Int,
        position: Int,
        price: TargetPrice?,
        _ unfolding: inout Unfolding
    ) throws(Refusal) {
        guard self.providers.indices.contains(provider) else { return }
        guard unfolding.leaves.count < LeafSet.capacity else {
            throw Refusal(problem: .tooManyTargets(entry: unfolding.root, limit: LeafSet.capacity))
        }
        var leaf = self.leaf(provider, model: model, pattern: self.entries[entry].pattern.text)
        leaf.entry = entry
        leaf.index = position
        leaf.price = price
        unfolding.leaves.append(leaf)
    }

    private func leaf(_ provider: Int, model: String?, pattern: String) -> TargetTree.Leaf {
        TargetTree.Leaf(
            provider: provider,
            model: model,
            name: model ?? pattern,
            health: self.board.target(provider: self.providers[provider].name, model: model ?? pattern),
            providerHealth: self.handles[provider]
        )
    }

    private func prefixes(_ entry: ModelTable.Entry) -> PrefixIndex? {
        guard case .prefix(let settings) = entry.strategy else { return nil }
        return self.board.prefixes(of: entry.pattern.text, memoryBytes: settings.memoryBytes)
    }
}
