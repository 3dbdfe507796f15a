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
        /// What its health goes by beside the provider: its model, or the pattern of the entry that keeps the client's name.
        var name: String
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
        /// One by the share, so that comparing loads divides nothing.
        var inverseWeight: Double
        /// A number of its own that is the same after a reload, for rendezvous hashing.
        var seed: UInt64

        init(leaves: Range<Int>, group: Int?, weight: Double, seed: UInt64) {
            self.leaves = leaves
            self.group = group
            self.weight = weight
            self.inverseWeight = 1 / max(weight, 0x1p-300)
            self.seed = seed
        }
    }

    /// Targets and groups among which one strategy chooses.
    struct Group: Sendable {
        var strategy: Strategy
        var children: [Child]
        /// Whether all weights are the same, and not 0.
        var isUniform: Bool
        /// Whether all children are leaves, which then are a range.
        var isFlat: Bool
        /// Where prompts were sent, for the strategy that asks.
        var prefixes: PrefixIndex?

        init(strategy: Strategy, children: [Child], prefixes: PrefixIndex? = nil) {
            self.strategy = strategy
            self.children = children
            self.isUniform = children.allSatisfy { $0.weight == children[0].weight && $0.weight > 0 }
            self.isFlat = children.allSatisfy { $0.group == nil }
            self.prefixes = prefixes
        }
    }

    /// The targets; never empty, at most ``LeafSet/capacity``.
    let leaves: [Leaf]
    /// The leaves once more, with what choices read of them.
    let watches: [LeafWatch]
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
        self.watches = leaves.map { LeafWatch($0) }
        self.leafIDs = leaves.map { $0.health.id }
        self.groups = groups
        self.retry = retry
        self.fallbacks = fallbacks
    }

    /// The targets that breakers and credentials let be tried.
    func healthy(now: MonotonicTime) -> LeafSet {
        var healthy = LeafSet()
        for leaf in self.leaves.indices where self.isHealthy(leaf, now: now) { healthy.insert(leaf) }
        return healthy
    }

    /// Whether a target's breaker and a credential let it be tried.
    @inline(__always)
    func isHealthy(_ leaf: Int, now: MonotonicTime) -> Bool {
        self.watches[leaf].isUntroubled(now: now) || self.leaves[leaf].isHealthy(now: now)
    }

    /// A choice among those of `left` that are healthy; `nil` when none is. Those that are found not to be leave `left`.
    ///
    /// Mostly all are: so it is first chosen as if they were, and only when that choice is not healthy all are looked at. What
    /// is best of all is best of the healthy ones when it is healthy, and chances stay in proportion.
    func choose(
        among left: inout LeafSet,
        for request: RoutingRequest,
        now: MonotonicTime,
        random: inout RandomSource
    ) -> Balancer.Choice? {
        guard let choice = Balancer.choose(self, among: left, for: request, now: now, random: &random) else {
            return nil
        }
        if self.isHealthy(choice.leaf, now: now) { return choice }
        left = left.intersection(self.healthy(now: now))
        return Balancer.choose(self, among: left, for: request, now: now, random: &random)
    }

    /// The exchanges that run on a child; of a group, the mean of its targets that can be chosen.
    @inline(__always)
    func live(_ child: borrowing Child, _ eligible: LeafSet) -> Double {
        if child.leaves.count == 1 { return Double(self.watches[child.leaves.lowerBound].liveCount) }
        var sum = 0
        var count = 0
        for leaf in child.leaves where eligible.contains(leaf) {
            sum &+= self.watches[leaf].liveCount
            count &+= 1
        }
        return count == 0 ? 0 : Double(sum) / Double(count)
    }
}
