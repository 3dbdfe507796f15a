import SluiceCore
import SluiceWire

extension LedgerRecord {
    /// The names of the columns of ``write(to:)-(CSVText)``.
    static let columns =
        [
            "request_id", "received_at", "duration_ms", "route", "dialect", "key_id", "key_name", "user", "team",
            "tenant",
            "model", "provider", "target_model", "status", "finish_reason", "error_type", "fault", "streamed",
            "attempts",
            "request_bytes", "response_bytes",
        ] + TokenUsage().namedClasses.map { "\($0.name)_tokens" } + [
            "usage_source", "cost_usd", "cache_saving_usd", "price_unknown",
        ]

    /// Writes the record as one line.
    func write(to text: inout CSVText) {
        let answer = self.attempts.last
        text.add(self.requestID)
        text.add(UnixTime(milliseconds: self.id.receivedAt / 1_000_000).text)
        text.add(number: String(Double(self.durationNanoseconds / 1000) / 1000))
        for value in [
            self.route, self.dialect, self.subject.keyID, self.subject.keyName, self.subject.user, self.subject.team,
            self.subject.tenant, self.model, answer?.provider, answer?.targetModel,
        ] {
            text.add(value)
        }
        text.add(number: String(self.status))
        for value in [answer?.finishReason, self.errorType, self.fault?.rawValue] { text.add(value) }
        text.add(number: self.isStreamed ? "true" : "false")
        text.add(number: String(self.attempts.count))
        text.add(number: String(self.requestBytes))
        text.add(number: String(self.responseBytes))
        for (_, count) in self.usage.namedClasses { text.add(number: String(count)) }
        text.add(answer?.usageSource?.rawValue)
        text.add(number: self.cost.description)
        let saving = self.attempts.reduce(NanoUSD.zero) { $0 + ($1.cost?.cacheSaving ?? .zero) }
        text.add(number: saving.description)
        text.add(number: self.isPriceUnknown ? "true" : "false")
        text.endLine()
    }
}
