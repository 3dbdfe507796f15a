import SluiceCore

extension BudgetRule {
    /// Reads `25 USD/month`, `0.50 USD/day`, `1000000 tokens/week`, `100 USD/total` or `100 USD`.
    public convenience init(
        _ text: some StringProtocol,
        zone: TimeZoneRules = .utc,
        level: LimitLevel,
        action: BudgetAction = .refuse,
        alertPermille: [Int] = []
    ) throws(LimitTextError) {
        let expected = LimitTextError(expected: "a budget like 25 USD/month or 1000000 tokens/week")
        let halves = String(text).split(separator: "/", omittingEmptySubsequences: false)
        var words = halves[0].split(separator: " ").map(String.init)
        guard halves.count <= 2, words.count >= 2, words.count <= 3,
            let period = halves.count == 1
                ? .total : BudgetPeriod(rawValue: String(halves[1].drop { $0 == " " }))
        else { throw expected }
        let unit: BudgetUnit
        let amount: Int64
        if words.count == 2, words[1] == "USD" {
            guard let money = NanoUSD(dollars: words[0]) else { throw expected }
            guard money.amount <= LimitAmount.largest else {
                throw LimitTextError(expected: "at most \(NanoUSD(LimitAmount.largest)) USD")
            }
            (unit, amount) = (.money, money.amount)
        } else {
            guard words.removeLast() == "tokens", let tokens = RateText.amount(words[0]),
                let direction = words.count == 1 ? .total : TokenMeasure.Direction(rawValue: words[1])
            else { throw expected }
            (unit, amount) = (.tokens(TokenMeasure(direction)), tokens)
        }
        self.init(
            amount, unit, per: BudgetCalendar(period, zone: zone), level: level, action: action,
            alertPermille: alertPermille
        )
    }
}
