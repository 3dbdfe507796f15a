/// Draws two and takes the one with fewer running exchanges for its weight: nearly as even as asking all, without the herd
/// that runs to the one that was idle a moment ago.
///
/// Source: Mitzenmacher, "The power of two choices in randomized load balancing" (2001).
enum LeastBusyBalancer {
    static func choose(
        _ field: borrowing Balancer.Field,
        random: inout RandomSource
    ) -> (child: Int, reason: ChoiceReason) {
        (Self.draw(field, random: &random), .leastBusy)
    }

    static func draw(_ field: borrowing Balancer.Field, random: inout RandomSource) -> Int {
        let count = field.eligibleCount
        guard count > 1 else { return field.first }
        let one = random.index(below: count)
        var other = random.index(below: count - 1)
        if other >= one { other &+= 1 }
        let first = field.child(at: one, of: count)
        let second = field.child(at: other, of: count)
        return field.load(second) < field.load(first) ? second : first
    }
}
