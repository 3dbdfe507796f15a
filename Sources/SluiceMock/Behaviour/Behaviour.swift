/// How one exchange is to go: the default answer, but for what the model name and the `x-mock-*` headers ask.
struct Behaviour: Sendable, Equatable {
    var headerDelay: Duration = .zero
    var firstEventDelay: Duration = .zero
    var firstTokenDelay: Duration = .zero
    var tokenDelay: Duration = .zero
    var hangs = false

    var echoes = false
    /// Tokens of the answer; nil for as many as the answer has by itself.
    var tokens: Int?
    /// Bytes of text in the answer; nil for as many as it has by itself.
    var replyBytes: Int?
    /// Bytes of one streamed token.
    var eventBytes: Int?
    /// Tools to call whatever the text says; nil lets the request decide.
    var toolCalls: Int?
    /// Tokens of reasoning; nil lets the request decide.
    var reasoningTokens: Int?
    /// Blocks of redacted thinking before the answer.
    var redactedBlocks = 0
    /// Whether reasoning goes by its other name in chat completions.
    var hasReasoningAlias = false
    var cachedTokens = 0
    /// Prompt tokens reported as written to a cache, for five minutes and for an hour.
    var cacheWrittenTokens = 0
    var cacheWrittenHourTokens = 0
    var refuses = false
    /// Whether the prompt is blocked before anything is said, where a vendor tells that apart from a refusal.
    var blocksPrompt = false
    /// The reason to finish, in the vendor's words; nil for the true one.
    var finish: String?
    var calls = CallStyle()
    var isLenient = false

    /// The error status to answer with.
    var status: Int?
    var retryAfter: String?
    var errorCode: String?
    var errorBody: ErrorBody = .json
    /// Failures before the first success; see ``FailureCounter``.
    var failures = 0
    var failureKey: String?
    var drops = false
    var errorsIn200 = false
    /// The type of an error in the middle of a stream, in the vendor's words; nil for the usual one.
    var streamError: String?

    /// Where and how the reply breaks off.
    var fault: Fault?

    var usage: UsageStyle = .normal
    var hasDone = true
    /// Whether the event that ends a stream comes twice.
    var repeatsLastEvent = false

    var isOneByteAtATime = false
    /// Whether writes end inside of characters of several bytes.
    var splitsCharacters = false
    var sse = EventStyle()
    var isGzipped = false
    var hasContentLength = true
    var closing: Closing = .keepAlive
    var hasForeignHeaders = false
    var hasRateLimitHeaders = false

    /// The body of an error reply.
    enum ErrorBody: String, CaseIterable, Sendable {
        case json, html, text, empty, truncated
        case echoKey = "echo-key"
    }

    /// A break in the middle of a reply. `after` counts events of a stream, bytes of a whole body.
    struct Fault: Sendable, Equatable {
        var kind: Kind
        var after: Int

        enum Kind: Sendable, Equatable {
            case cut, reset, stall, end, error, malformed, badFraming
        }
    }

    enum UsageStyle: Sendable, Equatable {
        case normal, absent, null, inLastChunk
    }

    /// What becomes of the connection after the reply.
    enum Closing: Sendable, Equatable {
        case keepAlive
        /// Closed, with `connection: close` in the head.
        case announced
        /// Closed although the head promised to keep it.
        case silent
    }

    /// Whether the answer is replaced by an error or broken off, for ``fail`` to count.
    var hasFailure: Bool {
        status != nil || errorCode != nil || drops || hangs || errorsIn200 || fault != nil
    }

    /// The behaviour of an attempt that succeeds after the counted failures.
    func withoutFailure() -> Behaviour {
        var copy = self
        copy.status = nil
        copy.errorCode = nil
        copy.drops = false
        copy.hangs = false
        copy.errorsIn200 = false
        copy.fault = nil
        return copy
    }
}
