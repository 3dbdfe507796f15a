import SluiceCore

extension RuleReading {
    private static let budgetNames = ["amount", "action", "to", "alerts", "zone"]

    /// A budget, or a list of such.
    mutating func budgets(_ text: RuleText, at path: [RuleText.Step]) {
        for (text, path) in Self.items(text, at: path) {
            switch text {
            case .text(let amount): self.budget(amount, at: path)
            case .map(let entries): self.budget(entries, at: path)
            case .list: self.fail("expected a budget like 25 USD/month, or a map", at: path)
            }
        }
    }

    private mutating func budget(_ entries: [RuleText.Entry], at path: [RuleText.Step]) {
        var values: [String: RuleText] = [:]
        for entry in entries {
            if !Self.budgetNames.contains(entry.name) {
                self.fail(
                    "unknown key; known here: \(Self.budgetNames.joined(separator: ", "))",
                    at: path + [.name(entry.name)])
            } else if values.updateValue(entry.value, forKey: entry.name) != nil {
                self.fail("it is written twice", at: path + [.name(entry.name)])
            }
        }
        let action = self.action(values, at: path)
        let zone = self.zone(values["zone"], at: path + [.name("zone")])
        var alerts: [Int] = []
        if let written = values["alerts"] {
            for (text, path) in Self.items(written, at: path + [.name("alerts")]) {
                if let part = self.permille(text, at: path) { alerts.append(part) }
            }
        }
        guard case .text(let amount)? = values["amount"] else {
            return self.fail("missing; write the budget, like 25 USD/month", at: path + [.name("amount")])
        }
        guard let action, let zone else { return }
        self.budget(amount, at: path + [.name("amount")], zone: zone, action: action, alerts: alerts)
    }

    private mutating func budget(
        _ amount: String,
        at path: [RuleText.Step],
        zone: TimeZoneRules? = nil,
        action: BudgetAction = .refuse,
        alerts: [Int] = []
    ) {
        do throws(LimitTextError) {
            let rule = try BudgetRule(
                amount, zone: zone ?? self.reader.zone, level: self.level, action: action, alertPermille: alerts)
            self.result.rules.append(.budget(rule))
        } catch {
            self.fail("\(error), found \(Self.shown(amount))", at: path)
        }
    }

    private mutating func action(_ values: [String: RuleText], at path: [RuleText.Step]) -> BudgetAction? {
        var model: String?
        if let to = values["to"] {
            // The name stands in a header field of the answer.
            if case .text(let name) = to, (1...256).contains(name.utf8.count),
                name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            {
                model = name
            } else {
                self.fail("expected the name of a model", at: path + [.name("to")])
            }
        }
        let written = values["action"] ?? .text(values["to"] == nil ? "hard" : "downgrade")
        guard case .text(let name) = written, ["hard", "soft", "downgrade"].contains(name) else {
            self.fail("expected hard, soft or downgrade", at: path + [.name("action")])
            return nil
        }
        guard name == "downgrade" else {
            if values["to"] != nil { self.fail("of use with the action downgrade alone", at: path + [.name("to")]) }
            return name == "hard" ? .refuse : .warn
        }
        if values["to"] == nil {
            self.fail("missing; write the model that answers instead", at: path + [.name("to")])
        }
        return model.map { .downgrade(to: $0) }
    }

    private mutating func zone(_ text: RuleText?, at path: [RuleText.Step]) -> TimeZoneRules? {
        guard let text else { return self.reader.zone }
        if case .text(let name) = text, let zone = self.reader.zones(name) { return zone }
        self.fail("expected a time zone like Europe/Berlin or UTC that this machine knows", at: path)
        return nil
    }
}
