/// What limits, costs and sums may be: 0 to 2^53 - 1, so that a script in Redis counts them as exactly as Swift does.
///
/// In nano-dollars that is 9,007,199 US dollars.
public enum LimitAmount {
    /// The largest amount; more is taken for this.
    public static let largest: Int64 = 9_007_199_254_740_991

    /// `amount` within the range.
    static func clamped(_ amount: Int64) -> Int64 { min(max(0, amount), self.largest) }

    /// The sum of two amounts, within the range. Neither operand needs to be.
    static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        self.clamped(self.clamped(left) + self.clamped(right))
    }

    /// `permille` thousandths of an amount, rounded up.
    static func share(_ permille: Int, of amount: Int64) -> Int64 {
        let amount = self.clamped(amount)
        let part = Int64(min(max(0, permille), 1000))
        return amount / 1000 * part + (amount % 1000 * part + 999) / 1000
    }
}
