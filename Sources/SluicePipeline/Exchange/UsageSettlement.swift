import SluiceCore
import SluiceWire

/// What an attempt used, decided once when it has ended: what the provider reported, else what can be counted.
struct UsageSettlement {
    /// What the surface that was asked is for.
    var operation: Operation
    /// What is known of the answer.
    var tally: AnswerTally
    /// How the attempt ended.
    var outcome: AttemptOutcome
    /// Whether the answer was read to its end after the client had left.
    var isDrained = false

    /// The tokens and where they come from; `nil` where nothing was used, or nothing can be said.
    ///
    /// - Parameter prompt: an estimate of the prompt, made only if it is needed; `nil`: none can be made.
    func result(prompt: (() -> Int)?) -> (usage: TokenUsage, source: UsageSource)? {
        let isComplete = self.outcome == .answered || self.isDrained
        if let reported = self.tally.reported {
            let missing = self.tally.unreportedTokens
            // What ends a stream in good order is the last word; of one that was cut, the last report may be of its beginning.
            guard !isComplete, missing > 0 else { return (reported, self.isDrained ? .drained : .vendor) }
            return (reported + TokenUsage(output: missing), .counted)
        }
        // An error in place of an answer is nobody's work, and pictures and sounds are not counted in tokens of text.
        guard self.outcome != .refused, self.operation != .native, let prompt else { return nil }
        let output = self.operation == .chat ? self.tally.unreportedTokens : 0
        return (TokenUsage(uncachedInput: prompt(), output: output), isComplete ? .estimated : .counted)
    }
}
