/// Draws by weight. Children of weight 0 are drawn, all alike, when no other can be tried.
enum WeightedBalancer {
    static func choose(
        _ field: borrowing Balancer.Field,
        random: inout RandomSource
    ) -> (child: Int, reason: ChoiceReason) {
        (Self.draw(field, random: &random), .weighted)
    }

    static func draw(_ field: borrowing Balancer.Field, random: inout RandomSource) -> Int {
        let children = field.group.children
        var total = 0.0
        for child in children.indices where field.isEligible(child) { total += children[child].weight }
        guard total > 0 else {
            let count = field.eligibleCount
            return field.child(at: random.index(below: max(1, count)), of: count)
        }
        var left = random.unit() * total
        var last = -1
        for child in children.indices where children[child].weight > 0 && field.isEligible(child) {
            left -= children[child].weight
            if left < 0 { return child }
            // Rounding may leave a rest after the last one.
            last = child
        }
        return max(0, last)
    }
}
