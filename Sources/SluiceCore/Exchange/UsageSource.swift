/// Where the tokens of an attempt come from. The raw value stands in the ledger and the API.
public enum UsageSource: String, Sendable, CaseIterable {
    /// The provider reported them with its answer.
    case vendor
    /// The provider reported them in an answer that was read to its end after the client had left.
    case drained
    /// What was delivered was counted, since the answer was cut before the provider said.
    case counted
    /// Estimated of the request and the answer, since the provider does not say.
    case estimated
}
