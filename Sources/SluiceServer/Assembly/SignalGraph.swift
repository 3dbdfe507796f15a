import SluiceConfig
import SluicePipeline
import SluiceRouting

/// What the entries of a model table need to know of a request: for their own strategy, and for those of the entries that they
/// lead to, as targets or as fallbacks.
struct SignalGraph {
    private let strategies: [StrategyConfiguration]
    /// For each entry, those that it names.
    private let neighbours: [[Int]]

    init(_ models: [ModelConfiguration], in table: ModelTable) {
        self.strategies = models.map(\.strategy)
        self.neighbours = models.map { model in
            let references =
                model.targets.map(\.destination) + (model.alias.map { [.model($0)] } ?? [])
                + model.fallback.default + (model.fallback.contextWindow ?? []) + (model.fallback.contentPolicy ?? [])
            return references.compactMap { reference in
                guard case .model(let name) = reference, let entry = table.resolve(name)?.entry,
                    models.indices.contains(entry)
                else { return nil }
                return entry
            }
        }
    }

    /// What an entry needs. Of several sticky strategies the nearest says what is followed.
    func signals(of index: Int) -> (needs: SignalNeeds, stickyBy: StickyBy?) {
        var (needs, stickyBy) = Self.own(self.strategies[index])
        guard !self.neighbours[index].isEmpty else { return (needs, stickyBy) }
        // The nearest first; fallbacks may lead back.
        var reached = [index]
        var known: Set<Int> = [index]
        var next = 0
        while next < reached.count {
            for entry in self.neighbours[reached[next]] where known.insert(entry).inserted {
                reached.append(entry)
                let other = Self.own(self.strategies[entry])
                needs.formUnion(other.needs)
                stickyBy = stickyBy ?? other.stickyBy
            }
            next += 1
        }
        return (needs, stickyBy)
    }

    private static func own(_ strategy: StrategyConfiguration) -> (needs: SignalNeeds, stickyBy: StickyBy?) {
        switch strategy {
        case .priority, .weighted, .leastBusy, .fastest: ([], nil)
        case .cheapest: (.size, nil)
        case .prefix: (.prefix, nil)
        case .sticky(.user): (.stickyKey, .user)
        case .sticky(.conversation): (.stickyKey, .conversation)
        case .sticky(.header(let name)): (.stickyKey, .header(name))
        }
    }
}
