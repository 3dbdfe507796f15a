import SluiceCore

/// The child that has seen the longest beginning of the prompt, while it is not much busier than the others: then its cache
/// saves most of the prompt. A beginning that many share spreads over as many targets as the load needs.
enum PrefixBalancer {
    /// Beginnings below this many blocks (1 KiB) are not worth a detour.
    static let shortestBlocks = 4

    static func choose(
        _ field: borrowing Balancer.Field,
        _ settings: PrefixSettings,
        random: inout RandomSource
    ) -> (child: Int, reason: ChoiceReason) {
        guard let index = field.group.prefixes, field.request.prefix.hashes.count >= Self.shortestBlocks else {
            return (LeastBusyBalancer.draw(field, random: &random), .coldPrefix)
        }
        let bound = Self.loadBound(field, settings)
        var sawWarm = false
        // The same targets have mostly seen all beginnings of a prompt.
        var last = (warm: PrefixIndex.Warm(), child: Int?.none)
        let field = copy field
        let found = index.longest(
            of: field.request.prefix,
            atLeast: Self.shortestBlocks,
            expiredBefore: field.now + -settings.expiryNanoseconds
        ) { warm -> Int? in
            if warm == last.warm { return last.child }
            var best: Int?
            var bestLoad = bound
            for place in 0..<4 where warm[place] != 0 {
                guard let child = Self.child(field, warm[place]) else { continue }
                sawWarm = true
                let load = field.load(child)
                if load <= bestLoad {
                    best = child
                    bestLoad = load
                }
            }
            last = (warm, best)
            return best
        }
        if let found { return (found, .warmPrefix) }
        return (LeastBusyBalancer.draw(field, random: &random), sawWarm ? .spreadPrefix : .coldPrefix)
    }

    /// The load up to which a warm target is used: a multiple of the mean, and always a few exchanges, so that an idle gateway
    /// does not spread one conversation.
    private static func loadBound(_ field: borrowing Balancer.Field, _ settings: PrefixSettings) -> Double {
        var sum = 0.0
        var count = 0.0
        for child in field.group.children.indices
        where field.group.children[child].weight > 0 && field.isEligible(child) {
            sum += field.load(child)
            count += 1
        }
        return settings.loadFactor * (sum / max(1, count)) + 4
    }

    private static func child(_ field: Balancer.Field, _ target: UInt32) -> Int? {
        if field.group.isFlat, let first = field.group.children.first?.leaves.lowerBound {
            for child in field.group.children.indices where field.tree.leafIDs[first + child] == target {
                return field.eligible.contains(first + child) ? child : nil
            }
            return nil
        }
        for child in field.group.children.indices {
            for leaf in field.group.children[child].leaves
            where field.tree.leafIDs[leaf] == target && field.eligible.contains(leaf) {
                return child
            }
        }
        return nil
    }
}
