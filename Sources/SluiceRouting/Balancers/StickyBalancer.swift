/// The same child for the same key, by weighted rendezvous hashing: when one of N children is lost, only its 1/N of the keys
/// move, and they move back when it returns.
///
/// Source: Thaler and Ravishankar, "A name-based mapping scheme for rendezvous" (1996); weights as in Schindelhauer and
/// Schomaker, "Weighted distributed hash tables" (2005).
enum StickyBalancer {
    static func choose(
        _ field: borrowing Balancer.Field,
        random: inout RandomSource
    ) -> (child: Int, reason: ChoiceReason) {
        guard let key = field.request.stickyKey else {
            return (WeightedBalancer.draw(field, random: &random), .noStickyKey)
        }
        let children = field.group.children
        var best = -1
        if field.group.isUniform {
            var bestHash: UInt64 = 0
            for child in children.indices where field.isEligible(child) {
                let hash = RandomSource.mix(key ^ children[child].seed)
                if best < 0 || hash > bestHash {
                    best = child
                    bestHash = hash
                }
            }
            return (max(0, best), .sticky)
        }
        var bestScore = Double.infinity
        for child in children.indices where field.isEligible(child) {
            // From 0 to 1, neither of them: the logarithm is finite and less than zero.
            let unit = (Double(RandomSource.mix(key ^ children[child].seed) >> 12) + 0.5) * 0x1p-52
            let inverse = children[child].inverseWeight
            // Most are ruled out by a line below the logarithm's curve.
            if best >= 0, (1 - unit) * Self.slope * inverse >= bestScore { continue }
            let score = -Self.logarithm(unit) * inverse
            if best < 0 || score < bestScore {
                best = child
                bestScore = score
            }
        }
        return (max(0, best), .sticky)
    }

    /// -log2(x) is not below (1 - x) / ln 2; a little less, since the logarithm is rounded.
    private static let slope = 1.442_69

    /// The logarithm to base 2 of a normal number between 0 and 1, to seven digits: the same on every machine, and without
    /// a call into libm.
    static func logarithm(_ value: Double) -> Double {
        var exponent = Double(value.exponent)
        var mantissa = value.significand
        if mantissa > 1.414_213_562_373_095 {
            mantissa *= 0.5
            exponent += 1
        }
        // The series of the inverse hyperbolic tangent.
        let x = (mantissa - 1) / (mantissa + 1)
        let square = x * x
        let series = 1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square / 9)))
        return exponent + 2.885_390_081_777_927 * x * series
    }
}
