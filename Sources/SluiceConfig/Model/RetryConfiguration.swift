/// When another attempt is made within a model: `retry`.
public struct RetryConfiguration: Sendable, Equatable {
    /// What may be tried again: `on`.
    public enum Cause: String, Sendable, CaseIterable {
        /// No connection came about.
        case connect
        /// A phase took too long.
        case timeout
        /// The provider said 429.
        case rateLimited = "429"
        /// The provider said 500 to 599.
        case serverError = "5xx"
        /// The answer ended before its end.
        case cut
        /// The answer could not be read.
        case malformed
    }

    /// The most attempts of one request within the model, the first included: `attempts`, 1 to 100. `nil`: one for each
    /// target.
    public var attempts: Int?
    /// What may be tried again, in the order of ``Cause``: `on`, default all of them.
    public var causes: [Cause]
    /// The shortest and the longest wait before another attempt at a target that has failed: `backoff`, default 200 ms
    /// to 5 s.
    public var backoff: ClosedRange<Duration>
    /// Only what failed within this time of being sent is tried again: `within`. `nil`: however late.
    public var within: Duration?
    /// The longest wait that a provider may ask for by Retry-After; beyond it the attempt counts as failed for good:
    /// `retry_after_cap`, default 10 s.
    public var retryAfterCap: Duration

    /// Makes a configuration; what is left out has its default.
    public init(
        attempts: Int? = nil,
        causes: [Cause] = Cause.allCases,
        backoff: ClosedRange<Duration> = .milliseconds(200) ... .seconds(5),
        within: Duration? = nil,
        retryAfterCap: Duration = .seconds(10)
    ) {
        self.attempts = attempts
        self.causes = causes
        self.backoff = backoff
        self.within = within
        self.retryAfterCap = retryAfterCap
    }
}
