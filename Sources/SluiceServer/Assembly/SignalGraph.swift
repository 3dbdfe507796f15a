import SluiceConfig
import SluicePipeline
import SluiceRouting

/// What the entries of a model table need to know of a request: for their own strategy, and for those of the entries that they
/// lead to, as targets or as fallbacks.
struct SignalGraph {
    private let models: [ModelConfiguration]
    private let table: ModelTable
    private var known: [Int: (needs: SignalNeeds, stickyBy: StickyBy?)] = [:]

    init(_ models: [ModelConfiguration], in table: ModelTable) {
        self.models = models
        self.table = table
    }

    /// What an entry needs. Of several sticky strategies the outermost says what is followed.
    mutating func signals(of index: Int) -> (needs: SignalNeeds, stickyBy: StickyBy?) {
        if let known = self.known[index] { return known }
        let model = self.models[index]
        var (needs, stickyBy) = Self.own(model.strategy)
        // Entries that lead back here find this, and add nothing to it.
        self.known[index] = (needs, stickyBy)
        let fallback = model.fallback
        let references =
            model.targets.map(\.destination) + (model.alias.map { [.model($0)] } ?? [])
            + fallback.default + (fallback.contextWindow ?? []) + (fallback.contentPolicy ?? [])
        for reference in references {
            guard case .model(let name) = reference, let entry = self.table.resolve(name)?.entry, entry != index,
                self.models.indices.contains(entry)
            else { continue }
            let other = self.signals(of: entry)
            needs.formUnion(other.needs)
            stickyBy = stickyBy ?? other.stickyBy
        }
        self.known[index] = (needs, stickyBy)
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
