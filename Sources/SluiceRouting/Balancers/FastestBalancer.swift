import SluiceCore

/// The child with the best average time. Those that were never measured come first; a share of the requests goes to another
/// child, so that a target that has become better is found. A target that has fallen silent comes after those that have not.
enum FastestBalancer {
    static func choose(
        _ field: borrowing Balancer.Field,
        _ measure: FastestMeasure,
        exploration: Double,
        random: inout RandomSource
    ) -> (child: Int, reason: ChoiceReason) {
        let usesFirstToken = measure == .timeToFirstToken && field.request.isStreaming
        var best = -1
        var bestTime = Double.infinity
        var ties: Int = 0
        var count = 0
        for child in field.group.children.indices where field.isEligible(child) {
            count &+= 1
            let time = Self.time(field, child, usesFirstToken)
            if best < 0 || time < bestTime {
                best = child
                bestTime = time
                ties = 1
            } else if time == bestTime {
                // Each of those that are alike has the same chance.
                ties &+= 1
                if random.index(below: ties) == 0 { best = child }
            }
        }
        guard best >= 0 else { return (field.first, .onlyOne) }
        if count > 1, random.unit() < exploration {
            var place = random.index(below: count - 1)
            for child in field.group.children.indices where child != best && field.isEligible(child) {
                if place == 0 { return (child, .exploration) }
                place &-= 1
            }
        }
        return (best, bestTime < 0 ? .unmeasured : .fastest)
    }

    /// The best average below a child, in nanoseconds; less than zero where one was never measured.
    private static func time(_ field: borrowing Balancer.Field, _ child: Int, _ usesFirstToken: Bool) -> Double {
        let leaves = field.group.children[child].leaves
        if leaves.count == 1 {
            return field.tree.watches[leaves.lowerBound].time(usesFirstToken: usesFirstToken, now: field.now)
        }
        var best = Double.infinity
        for leaf in leaves where field.eligible.contains(leaf) {
            best = min(best, field.tree.watches[leaf].time(usesFirstToken: usesFirstToken, now: field.now))
        }
        return best
    }
}
