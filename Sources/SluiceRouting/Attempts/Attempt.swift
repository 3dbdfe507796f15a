/// One try of one target for one request, as the planner hands it out.
///
/// It holds a place among the target's running exchanges, and the place of the probe if it is one: every attempt is reported once
/// as succeeded, failed, abandoned or excluded.
public struct Attempt: Sendable, Hashable {
    /// What led to it.
    public enum Origin: Sendable, Hashable {
        /// The first of the request.
        case first
        /// The one before failed; this is another target of the entry, or another credential of the same.
        case next
        /// The one before failed, and the same target is tried again.
        case again
        /// The entry's targets failed; this is the first of a fallback.
        case fallback(FallbackKind)
        /// Another one still runs.
        case hedge
        /// No target is healthy; this is the least bad one.
        case lastResort
    }

    /// Its number within the request, from 0.
    public let number: Int
    /// Whom to ask for which model.
    public let target: Target
    /// Which of the provider's credentials to use, in the order of its configuration.
    public let credential: Int
    /// The entry of the model table that led to it: a fallback's own, where it is one.
    public let entry: Int?
    /// What led to it.
    public let origin: Origin
    /// Why this target of all that could be tried.
    public let reason: ChoiceReason
    /// Whether it finds out if a target or a credential has recovered.
    public let isProbe: Bool
    /// Whether an earlier attempt of the request failed or still runs.
    public let isRetry: Bool
}

/// What to do next.
public enum Step: Sendable, Hashable {
    /// Make this attempt.
    case attempt(Attempt)
    /// Wait so many nanoseconds, which end before the deadline, then ask again.
    case wait(nanoseconds: Int64)
    /// There is nothing more to try: the last fault, if there was one, is the answer.
    case giveUp(GiveUpReason)
}

/// Why no further attempt is made.
public enum GiveUpReason: String, Sendable, Hashable {
    /// No target of the plan can serve the request at all.
    case nothingServes = "nothing_serves"
    /// All that could be tried was tried.
    case exhausted
    /// The fault is one that no other target would do better on.
    case final
    /// The entry's policy does not repeat after this fault, or after so long, and there is no fallback.
    case policy
    /// The request may have been acted upon.
    case acted
    /// The providers' retry budgets are used up.
    case budget
    /// The deadline has passed, or would pass before the next attempt.
    case deadline
}
