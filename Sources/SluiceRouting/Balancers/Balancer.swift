import SluiceCore

/// Chooses one target of a tree: at each group, from the root down, one child by the group's strategy.
///
/// It remembers nothing. After a failure it is asked again with fewer targets to choose from.
struct Balancer {
    /// A target and why it was chosen: the reason of the root's strategy.
    struct Choice: Equatable {
        var leaf: Int
        var reason: ChoiceReason
    }

    /// What a strategy sees.
    struct Field {
        let tree: TargetTree
        let group: TargetTree.Group
        /// The targets that can be tried. At least one of them is below the group.
        let eligible: LeafSet
        let request: RoutingRequest
        let now: MonotonicTime

        var children: [TargetTree.Child] { self.group.children }

        @inline(__always)
        func isEligible(_ child: Int) -> Bool { self.eligible.intersects(self.group.children[child].leaves) }

        /// How many children can be chosen.
        var eligibleCount: Int {
            // The leaves of a flat root are all that there are.
            if self.group.isFlat, self.group.children.count == self.tree.leaves.count { return self.eligible.count }
            var count = 0
            for child in self.group.children.indices where self.isEligible(child) { count &+= 1 }
            return count
        }

        /// The first child that can be chosen.
        var first: Int {
            for child in self.group.children.indices where self.isEligible(child) { return child }
            return 0
        }

        /// The child that stands at `place` among those that can be chosen.
        func child(at place: Int, of count: Int) -> Int {
            if count == self.group.children.count { return place }
            var left = place
            for child in self.group.children.indices where self.isEligible(child) {
                if left == 0 { return child }
                left &-= 1
            }
            return self.first
        }

        /// The running exchanges of a child for its weight.
        @inline(__always)
        func load(_ child: Int) -> Double {
            let found = self.group.children[child]
            return (self.tree.live(found, self.eligible) + 1) * found.inverseWeight
        }
    }

    /// A choice among `eligible`; `nil` when it is empty.
    static func choose(
        _ tree: TargetTree,
        among eligible: LeafSet,
        for request: RoutingRequest,
        now: MonotonicTime,
        random: inout RandomSource
    ) -> Choice? {
        guard !eligible.isEmpty else { return nil }
        var group = 0
        var reason: ChoiceReason?
        while true {
            let field = Field(tree: tree, group: tree.groups[group], eligible: eligible, request: request, now: now)
            let (child, why) = Self.choose(field, random: &random)
            if reason == nil { reason = why }
            let found = field.group.children[child]
            guard let below = found.group else {
                return Choice(leaf: found.leaves.lowerBound, reason: reason ?? why)
            }
            group = below
        }
    }

    /// A child of one group, and why.
    private static func choose(_ field: Field, random: inout RandomSource) -> (child: Int, reason: ChoiceReason) {
        if field.group.children.count == 1 { return (0, .onlyOne) }
        return switch field.group.strategy {
        case .priority: PriorityBalancer.choose(field)
        case .weighted: WeightedBalancer.choose(field, random: &random)
        case .leastBusy: LeastBusyBalancer.choose(field, random: &random)
        case .fastest(let measure, let exploration):
            FastestBalancer.choose(field, measure, exploration: exploration, random: &random)
        case .cheapest: CheapestBalancer.choose(field)
        case .sticky: StickyBalancer.choose(field, random: &random)
        case .prefix(let settings): PrefixBalancer.choose(field, settings, random: &random)
        }
    }
}
