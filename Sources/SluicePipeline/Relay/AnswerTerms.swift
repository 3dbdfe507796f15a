import SluiceHTTP

/// What of an answer is the client's and the model entry's to say, and not the provider's.
struct AnswerTerms {
    /// How long a stream is held back behind its first content.
    var hold = CommitHold()
    /// Whether the client sees the target's name for the model instead of the one that it asked for.
    var exposesTargetModel = false
    /// How many tokens the client lets the answer have, where it says so.
    var outputTokenLimit: Int?
}
