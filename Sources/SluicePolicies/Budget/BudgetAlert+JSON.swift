import SluiceCore
import SluiceWire

extension BudgetAlert {
    /// What is the same however often an alert is sent, and of no other alert: the count, the start of the period, the part.
    public var id: String {
        let key = LimitKey(level: self.rule.level, meter: self.rule.meter, subject: self.subject)
        return "\(key.text)@\(self.period.lowerBound.microseconds / 1_000_000):\(self.permille)"
    }

    /// The body that a webhook gets.
    ///
    /// Shape: `type` (`budget.reached`), `id`, `time`, `fraction` (0.8), `budget` (`level`, `unit` `usd` or `tokens`, `amount`,
    /// `period`, `time_zone`, `action` `refuse`, `warn` or `downgrade`), `subject` (the names at the level), `spent`, and the
    /// start and end of the period, which a total does not have. Moments are those of RFC 3339. Money is a string of decimal
    /// dollars, tokens are a number.
    public func json(at time: Moment) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("type", "budget.reached")
        json.member("id", self.id)
        json.member("time", DurationText.rfc3339(time))
        json.key("fraction")
        json.numberText(Self.decimal(permille: self.permille))
        self.writeBudget(to: &json)
        json.key("subject")
        json.beginObject()
        for (level, name) in LimitLevel.names {
            if let value = self.subject[level] { json.member(name, value) }
        }
        json.endObject()
        self.write(self.spent, as: "spent", to: &json)
        if self.rule.calendar.period != .total {
            json.member("period_start", DurationText.rfc3339(self.period.lowerBound))
            json.member("period_end", DurationText.rfc3339(self.period.upperBound))
        }
        json.endObject()
        return json.take()
    }

    private func writeBudget(to json: inout JSONWriter) {
        json.key("budget")
        json.beginObject()
        json.member("level", self.rule.level.description)
        switch self.rule.unit {
        case .money: json.member("unit", "usd")
        case .tokens(let measure):
            json.member("unit", measure.direction == .total ? "tokens" : "\(measure.direction.rawValue) tokens")
        }
        self.write(self.rule.amount, as: "amount", to: &json)
        json.member("period", self.rule.calendar.period.rawValue)
        json.member("time_zone", self.rule.calendar.zone.name)
        switch self.rule.action {
        case .refuse: json.member("action", "refuse")
        case .warn: json.member("action", "warn")
        case .downgrade: json.member("action", "downgrade")
        }
        json.endObject()
    }

    private func write(_ amount: Int64, as name: String, to json: inout JSONWriter) {
        switch self.rule.unit {
        case .money: json.member(name, NanoUSD(amount).description)
        case .tokens:
            json.key(name)
            json.integer(Int(clamping: amount))
        }
    }

    /// `0.8`, `0.005`, `1`.
    private static func decimal(permille: Int) -> String {
        guard permille < 1000 else { return "1" }
        var digits = String(permille + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? "0" : "0.\(digits)"
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: String) {
        self.key(name)
        self.string(value)
    }
}
