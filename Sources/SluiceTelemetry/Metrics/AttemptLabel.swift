import SluiceCore

/// Why an attempt was made and how it ended, as one small number: the variant of a series.
struct AttemptLabel {
    private static let reasons = AttemptReason.allCases
    private static let outcomes = AttemptOutcome.allCases

    let number: UInt32

    init(_ attempt: AttemptRecord) {
        let reason = Self.reasons.firstIndex(of: attempt.reason) ?? 0
        // An attempt without an outcome is one that the process ended within.
        let outcome = attempt.outcome.flatMap { Self.outcomes.firstIndex(of: $0) } ?? Self.outcomes.count
        self.number = UInt32(reason * (Self.outcomes.count + 1) + outcome)
    }

    init(number: UInt32) {
        self.number = number
    }

    var reason: String {
        let index = Int(self.number) / (Self.outcomes.count + 1)
        return Self.reasons.indices.contains(index) ? Self.reasons[index].rawValue : "other"
    }

    var outcome: String {
        let index = Int(self.number) % (Self.outcomes.count + 1)
        return Self.outcomes.indices.contains(index) ? Self.outcomes[index].rawValue : "unfinished"
    }
}
