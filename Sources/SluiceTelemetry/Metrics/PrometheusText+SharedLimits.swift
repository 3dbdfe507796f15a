/// The metrics of limits that replicas share and of budgets that are kept.
extension PrometheusText {
    mutating func writeSharedLimits(_ metrics: SharedLimitMetrics) {
        let values = metrics.current
        self.metric("sluice_limits_fallback_total", .counter, "Decisions over shared limits made without Redis.")
        self.sample(LabelText(), values.withoutRedis)
        self.metric(
            "sluice_limits_settlements_lost_total", .counter,
            "Settlements given up because too many waited for Redis."
        )
        self.sample(LabelText(), values.lostSettlements)
        self.metric("sluice_budget_saves_total", .counter, "Transactions that save what budgets spent, by result.")
        self.sample(LabelText().adding("result", "success"), values.saves)
        self.sample(LabelText().adding("result", "failure"), values.failedSaves)
        self.metric("sluice_budget_charges_lost_total", .counter, "What budgets spent and may not have been saved.")
        self.sample(LabelText(), values.lostCharges)
        self.metric("sluice_budget_alerts_total", .counter, "Alerts of budgets to the webhook, by result.")
        for result in SharedLimitMetrics.AlertResult.allCases {
            self.sample(LabelText().adding("result", result.rawValue), values.alerts[result] ?? 0)
        }
    }
}
