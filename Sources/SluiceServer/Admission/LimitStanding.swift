import SluiceCore
import SluicePolicies
import SluiceWire

/// Where the limits of a request stand, and when it may be tried again if it was refused.
struct LimitStanding: LimitFields {
    let requests: LimitStatus?
    let tokens: LimitStatus?
    /// In how many milliseconds to try again; `nil` for a request that was admitted, or never will be.
    var retryAfterMilliseconds: Int64?
    /// Whether trying the same again soon is of no use.
    var isFinal = false

    func fields(for dialect: Dialect, now: Int64) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)]
        switch dialect.family {
        case .openAIChat, .openAIResponses:
            fields = RateLimitHeaders.openAI(requests: self.requests, tokens: self.tokens)
        case .anthropic:
            fields = RateLimitHeaders.anthropic(
                requests: self.requests, tokens: self.tokens, now: Moment(nanosecondsSince1970: now))
        default: fields = []
        }
        if let milliseconds = self.retryAfterMilliseconds { fields.append(("retry-after-ms", String(milliseconds))) }
        // OpenAI's and Anthropic's SDKs try a 429 again by themselves unless they are told not to.
        if self.isFinal { fields.append(("x-should-retry", "false")) }
        return fields
    }
}
