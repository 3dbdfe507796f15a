/// The child that costs least for the size of the request. Of equal ones the first; those without a known price come last, in
/// the order of the file.
enum CheapestBalancer {
    static func choose(_ field: borrowing Balancer.Field) -> (child: Int, reason: ChoiceReason) {
        var best = -1
        var bestCost = Double.infinity
        for child in field.group.children.indices where field.isEligible(child) {
            var cost = Double.infinity
            for leaf in field.group.children[child].leaves where field.eligible.contains(leaf) {
                if let price = field.tree.leaves[leaf].price { cost = min(cost, price.cost(of: field.request)) }
            }
            if best < 0 || cost < bestCost {
                best = child
                bestCost = cost
            }
        }
        return (max(0, best), .cheapest)
    }
}
