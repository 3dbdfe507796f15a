import SluiceCore

/// The targets of one entry of the model table, nested entries unfolded, with all that choosing among them needs.
///
/// The leaves stand in the order of the file, so that those below a group are a range. It holds no reference to another tree:
/// fallbacks are names.
final class TargetTree: Sendable {
    /// One target.
    struct Leaf: Sendable {
        /// The provider's place in the snapshot.
        var provider: Int
        /// The model to ask for; `nil` keeps the name that led to the tree.
        var model: String?
        /// The entry in which it is written, and its place there.
        var entry: Int?
        var index: Int?
        /// What it costs, if that is known.
        var price: TargetPrice?
        /// What is known of its health; shared with every other leaf of the same provider and model.
        var health: TargetHealth
        /// The provider's credentials, budget and settings.
        var providerHealth: ProviderHealth.Handle
    }

    /// What a group chooses among: a leaf or another group.
    struct Child: Sendable {
        /// The leaves below it: one for a leaf.
        var leaves: Range<Int>
        /// The group, unless it is a leaf.
        var group: Int?
        /// Its share; 0 is chosen when nothing else is left.
        var weight: Double
        /// A number of its own that is the same after a reload, for rendezvous hashing.
        var seed: UInt64
    }

    /// Targets and groups among which one strategy chooses.
    struct Group: Sendable {
        var strategy: Strategy
        var children: [Child]
        /// Whether all weights are the same.
        var isUniform: Bool
        /// Where prompts were sent, for the strategy that asks.
        var prefixes: PrefixIndex?
    }

    /// The targets; never empty, at most ``LeafSet/capacity``.
    let leaves: [Leaf]
    /// For each leaf, the ``TargetHealth/id`` of its target.
    let leafIDs: [UInt32]
    /// The groups; the first is the root.
    let groups: [Group]
    /// The entry's retries. Those of nested entries do not count.
    let retry: RetryPolicy
    /// The entry's fallbacks. Those of nested entries do not count.
    let fallbacks: Fallbacks

    init(leaves: [Leaf], groups: [Group], retry: RetryPolicy, fallbacks: Fallbacks) {
        self.leaves = leaves
        self.leafIDs = leaves.map { $0.health.id }
        self.groups = groups
        self.retry = retry
        self.fallbacks = fallbacks
    }

    /// The targets that breakers and credentials let be tried.
    func healthy(now: MonotonicTime) -> LeafSet {
        var healthy = LeafSet()
        for leaf in self.leaves.indices where self.leaves[leaf].isHealthy(now: now) { healthy.insert(leaf) }
        return healthy
    }

    /// The exchanges that run on a child; of a group, the mean of its targets that can be chosen.
    @inline(__always)
    func live(_ child: borrowing Child, _ eligible: LeafSet) -> Double {
        if child.leaves.count == 1 { return Double(self.leaves[child.leaves.lowerBound].health.liveCount) }
        var sum = 0
        var count = 0
        for leaf in child.leaves where eligible.contains(leaf) {
            sum &+= self.leaves[leaf].health.liveCount
            count &+= 1
        }
        return count == 0 ? 0 : Double(sum) / Double(count)
    }
}
