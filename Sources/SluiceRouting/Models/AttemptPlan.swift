public import SluiceCore

/// What a model name resolves to: a tree of targets, and what the entry says of retries and fallbacks.
///
/// It is made when the table is, and costs a request nothing but references. ``AttemptPlanner`` walks it.
public struct AttemptPlan: Sendable {
    /// The targets and how to choose among them.
    let tree: TargetTree
    /// The name that led here: what targets that keep the client's name are asked for.
    public var model: String
    /// The name or the pattern that decided, as the table or a provider's own list has it, or `openai/*` for what was asked of a
    /// provider by its name. No client makes it up, so counts may be kept by it.
    public var tableName: String
    /// The entry of the model table that decided, if one did: where its timeouts are found.
    public var entry: Int?
    /// Whether the client's name for the model stands in the model table, so that it may become a metric label.
    public var isListed: Bool

    init(tree: TargetTree, model: String, tableName: String, entry: Int?, isListed: Bool) {
        self.tree = tree
        self.model = model
        self.tableName = tableName
        self.entry = entry
        self.isListed = isListed
    }

    /// All targets in the order of the file, nested ones in the place of their entry; never empty.
    public var targets: [Target] {
        self.tree.leaves.indices.map { self.target($0) }
    }

    /// The provider of the first target in the order of the file.
    public var firstProvider: Int? { self.tree.leaves.first?.provider }

    /// The first target in the order of the file.
    public var firstTarget: Target? { self.tree.leaves.isEmpty ? nil : self.target(0) }

    /// How the entry chooses among its targets.
    public var strategy: Strategy { self.tree.groups[0].strategy }

    /// What the entry says of retries.
    public var retry: RetryPolicy { self.tree.retry }

    /// Where requests go when the entry's targets have failed.
    public var fallbacks: Fallbacks { self.tree.fallbacks }

    func target(_ leaf: Int) -> Target {
        let found = self.tree.leaves[leaf]
        return Target(
            provider: found.provider, model: found.model ?? self.model, index: found.index, entry: found.entry)
    }
}

extension AttemptPlan {
    /// The target that a request would go to first, of those that are healthy; `nil` when none is. Nothing is claimed or counted:
    /// for `sluice explain` and for measurements.
    public func choose(
        for request: RoutingRequest,
        now: MonotonicTime,
        random: inout RandomSource
    ) -> Target? {
        var left = LeafSet(upTo: self.tree.leaves.count)
        return self.tree.choose(among: &left, for: request, now: now, random: &random).map { self.target($0.leaf) }
    }
}
