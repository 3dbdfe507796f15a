import SluiceCore

extension GatewayConfiguration {
    /// Whether prompts and answers can be captured: `capture` is on, and there is a ledger that they belong to.
    public var canCapture: Bool {
        self.capture.isEnabled && self.ledger.isEnabled && self.storage.database != nil
    }

    /// What is captured, in a sentence for operators; `nil` where nothing can be.
    public var captureSummary: String? {
        guard self.canCapture else { return nil }
        let models = self.models.filter(\.isCaptured).map(\.pattern.text)
        let keys = self.auth.keys.filter { $0.isCaptured == true }.map(\.name)
        var parts: [String] = []
        if !models.isEmpty { parts.append("of the models \(models.joined(separator: ", "))") }
        if !keys.isEmpty { parts.append("of the keys \(keys.joined(separator: ", "))") }
        parts.append("of stored keys that say so")
        let share = self.capture.sample == .all ? "" : "\(self.capture.sample) of "
        return "prompts and answers are captured: \(share)those \(parts.joined(separator: ", ")); kept for "
            + "\(DurationText.format(self.capture.retention)) in \(self.capture.directory)"
    }
}
