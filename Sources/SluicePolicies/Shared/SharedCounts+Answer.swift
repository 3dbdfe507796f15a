/// An answer of a script that is not one: another version of it, or no Redis.
public struct ScriptAnswerError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
}

extension SharedCounts {
    /// Reads the answer of ``admit(_:cost:id:clock:isDowngraded:kept:)``: integers, as the script's text says.
    public func decision(
        _ answer: [Int64],
        plan: AdmissionPlan,
        cost: AdmissionCost,
        id: String
    ) throws(ScriptAnswerError) -> AdmissionDecision<SharedReservation> {
        guard answer.count == 4 + plan.items.count * 3 else {
            throw ScriptAnswerError(description: "the script for admission gave \(answer.count) numbers")
        }
        var (requests, tokens): (LimitStatus?, LimitStatus?)
        var warnings: [BudgetRule] = []
        for (index, item) in plan.items.enumerated() {
            let base = 4 + index * 3
            let status = LimitStatus(
                limit: item.rule.amount, remaining: LimitAmount.clamped(answer[base]),
                reset: LimitAmount.clamped(answer[base + 1]))
            switch item.rule {
            case .budget(let rule): if answer[base + 2] == 1 { warnings.append(rule) }
            case .limit(let rule):
                switch rule.measure {
                case .requests: requests = OpenDecision.tighter(requests, status)
                case .tokens: tokens = OpenDecision.tighter(tokens, status)
                case .concurrency: break
                }
            }
        }
        if answer[0] == 1 {
            let reservation = SharedReservation(id: id, plan: plan, cost: cost)
            return .admitted(
                Admission(reservation: reservation, requests: requests, tokens: tokens, warnings: warnings))
        }
        guard answer[1] >= 1, answer[1] <= Int64(plan.items.count) else {
            throw ScriptAnswerError(description: "the script for admission names no limit")
        }
        let item = plan.items[Int(answer[1]) - 1]
        if answer[0] == 2, case .budget(let budget) = item.rule, case .downgrade(let model) = budget.action {
            return .downgrade(to: model, budget: budget)
        }
        let wait: LimitWait =
            switch answer[2] {
            case -1: .never
            case -2: .whenFreed
            default: .after(max(1, LimitAmount.clamped(answer[2])))
            }
        return .refused(
            LimitRefusal(
                cause: .rule(item.rule), subject: item.key.subject, wait: wait, requests: requests, tokens: tokens))
    }

    /// Whether ``takeShare(_:of:for:clock:)`` was granted.
    public func isGranted(_ answer: [Int64]) -> Bool { answer.first == 1 }

    /// Reads the answer of ``settle(_:_:clock:)``.
    public func settled(
        _ answer: [Int64],
        _ reservation: SharedReservation
    ) throws(ScriptAnswerError) -> SettlementResult {
        guard let first = answer.first, (answer.count - 1) % 5 == 0 else {
            throw ScriptAnswerError(description: "the script for settlement gave \(answer.count) numbers")
        }
        var alerts: [BudgetAlert] = []
        for base in stride(from: 1, to: answer.count, by: 5) {
            let items = reservation.plan.items
            guard answer[base] >= 1, answer[base] <= Int64(items.count),
                case .budget(let rule) = items[Int(answer[base]) - 1].rule
            else { throw ScriptAnswerError(description: "the script for settlement names no budget") }
            let start = Moment(microsecondsSince1970: answer[base + 3])
            alerts.append(
                BudgetAlert(
                    rule: rule, subject: items[Int(answer[base]) - 1].key.subject,
                    permille: Int(truncatingIfNeeded: answer[base + 1]), spent: answer[base + 2],
                    period: start..<max(start, Moment(microsecondsSince1970: answer[base + 4]))))
        }
        return SettlementResult(isFirst: first == 1, alerts: alerts)
    }
}
