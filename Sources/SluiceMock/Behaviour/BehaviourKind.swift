/// One thing that the mock model can be told to do.
///
/// The raw value is the one name of the behaviour everywhere: the header is `x-mock-` and the name, the model
/// suffix is `-` and the name. `GET /` and the table of `docs/mock.md` are printed from this list, so that neither
/// can fall behind.
enum BehaviourKind: String, CaseIterable, Sendable {
    // Time.
    case headerDelay = "header-delay"
    case firstEventDelay = "first-event-delay"
    case firstTokenDelay = "first-token-delay"
    case tokenDelay = "token-delay"
    case delay
    case slow
    case hang

    // What is answered.
    case echo
    case tokens
    case replyBytes = "reply-bytes"
    case eventBytes = "event-bytes"
    case toolCalls = "tool-calls"
    case reasoning
    case cachedTokens = "cached-tokens"
    case cacheWriteTokens = "cache-write-tokens"
    case cacheWriteHourTokens = "cache-write-hour-tokens"
    case redactedThinking = "redacted-thinking"
    case reasoningAlias = "reasoning-alias"
    case refuse
    case blockPrompt = "block-prompt"
    case finish
    case lenient

    // How tools are called.
    case interleavedCalls = "interleaved-calls"
    case callsInOneChunk = "calls-in-one-chunk"
    case emptyArguments = "empty-arguments"
    case invalidArguments = "invalid-arguments"
    case foreignIDs = "foreign-ids"

    // Errors instead of an answer.
    case status
    case retryAfter = "retry-after"
    case errorCode = "error-code"
    case errorBody = "error-body"
    case fail
    case failKey = "fail-key"
    case drop
    case errorIn200 = "error-in-200"

    // An answer that breaks off.
    case cutAfter = "cut-after"
    case resetAfter = "reset-after"
    case stallAfter = "stall-after"
    case endAfter = "end-after"
    case errorAfter = "error-after"
    case streamError = "stream-error"
    case malformedAfter = "malformed-after"
    case badFramingAfter = "bad-framing-after"

    // How usage and the end are told.
    case noUsage = "no-usage"
    case usageNull = "usage-null"
    case usageInLastChunk = "usage-in-last-chunk"
    case noDone = "no-done"
    case twoTerminals = "two-terminals"

    // How the bytes travel.
    case oneByte = "one-byte"
    case splitCharacters = "split-characters"
    case surrogateHalves = "surrogate-halves"
    case crlf
    case comments
    case noSpace = "no-space"
    case byteOrderMark = "byte-order-mark"
    case gzip
    case noContentLength = "no-content-length"
    case close
    case closeIdle = "close-idle"
    case setCookie = "set-cookie"
    case rateLimit = "ratelimit"

    /// The shape of a behaviour's value, which parsing and documentation share.
    enum ValueShape: String, Sendable {
        /// Nothing in a model name; in a header `1` or `true` (or nothing) for on, `0` or `false` for off.
        case flag
        /// `250ms`, `2s`, `1m`, `50us`; at most one hour.
        case duration
        /// A whole number from 0.
        case count
        /// `200`, `64KiB`, `50MB`: bytes.
        case size
        /// An HTTP status, 400 to 599.
        case status
        /// Printable text without spaces, up to 128 bytes.
        case text
    }

    /// The header that asks for this behaviour, in lower case.
    var header: String { "x-mock-" + rawValue }

    var value: ValueShape {
        switch self {
        case .headerDelay, .firstEventDelay, .firstTokenDelay, .tokenDelay, .delay: .duration
        case .tokens, .toolCalls, .reasoning, .redactedThinking, .cachedTokens, .cacheWriteTokens,
            .cacheWriteHourTokens, .fail, .cutAfter, .resetAfter, .stallAfter, .endAfter, .errorAfter,
            .malformedAfter, .badFramingAfter:
            .count
        case .replyBytes, .eventBytes: .size
        case .status: .status
        case .retryAfter, .errorCode, .errorBody, .failKey, .finish, .streamError: .text
        case .slow, .hang, .echo, .refuse, .blockPrompt, .lenient, .drop, .errorIn200, .noUsage, .usageNull,
            .usageInLastChunk, .noDone, .twoTerminals, .oneByte, .splitCharacters, .surrogateHalves, .crlf, .comments,
            .noSpace,
            .byteOrderMark, .gzip, .noContentLength, .close, .closeIdle, .setCookie, .rateLimit, .reasoningAlias,
            .interleavedCalls, .callsInOneChunk, .emptyArguments, .invalidArguments, .foreignIDs:
            .flag
        }
    }

    /// A value that shows the shape, as it stands in the listing; empty for a flag.
    var exampleValue: String {
        switch value {
        case .flag: ""
        case .duration: "200ms"
        case .count:
            switch self {
            case .tokens: "500"
            case .fail, .toolCalls: "2"
            case .redactedThinking: "1"
            default: "3"
            }
        case .size: self == .replyBytes ? "50MB" : "1MiB"
        case .status: "429"
        case .text:
            switch self {
            case .retryAfter: "2"
            case .errorCode: "context_length_exceeded"
            case .errorBody: "html"
            case .finish: "content_filter"
            case .streamError: "throttlingException"
            default: "run-17"
            }
        }
    }

    /// What it does, in one sentence.
    var summary: String {
        switch self {
        case .headerDelay: "Waits before the status line."
        case .firstEventDelay: "Sends the head of a stream, then waits before its first event."
        case .firstTokenDelay: "Waits before the first token; a whole reply waits before its head."
        case .tokenDelay:
            "Waits before each further token; a whole reply waits for all of them together before its head."
        case .delay: "The same as first-token-delay."
        case .slow: "First token after 300ms, then one each 50ms: a pace to watch."
        case .hang: "Takes the request and never answers."
        case .echo: "Answers with the last user text, byte for byte."
        case .tokens: "Answers with exactly this many tokens, unless the request's own limit is lower."
        case .replyBytes: "Answers with this many bytes of text, made in slices, never held whole."
        case .eventBytes: "Makes each streamed token this many bytes long."
        case .toolCalls: "Calls this many tools, whatever the text says; the request has to offer some."
        case .reasoning: "Thinks for this many tokens before the answer."
        case .cachedTokens: "Reports this many prompt tokens as read from a cache."
        case .cacheWriteTokens: "Reports this many prompt tokens as written to a cache for five minutes."
        case .cacheWriteHourTokens: "Reports this many prompt tokens as written to a cache for an hour."
        case .redactedThinking: "Puts this many blocks of redacted thinking before the answer, where there are such."
        case .reasoningAlias: "Says reasoning for reasoning_content in chat completions."
        case .refuse: "Refuses for reasons of content."
        case .blockPrompt: "Blocks the prompt before anything is said: no candidates, or a refusal."
        case .finish: "Gives this as the reason to finish, in the vendor's own words."
        case .interleavedCalls: "Streams the arguments of several tool calls in turns: 0, 1, 0, 1."
        case .callsInOneChunk: "Streams all tool calls whole, in one chunk."
        case .emptyArguments: "Calls tools with empty text for arguments."
        case .invalidArguments: "Calls tools with arguments that are no JSON, where they are text."
        case .foreignIDs: "Gives tool calls ids like functions.get_weather:0."
        case .streamError: "The type of the error that error-after and error-in-200 send, in the vendor's own words."
        case .splitCharacters: "Ends writes inside of characters of several bytes."
        case .surrogateHalves: "Streams an emoji as two deltas, each with one half of its surrogate pair."
        case .lenient: "Takes fields that the API does not have."
        case .status: "Answers with this error status. In a model name the number alone is enough: mock-429."
        case .retryAfter: "Adds retry-after to an error; a value like 250ms becomes retry-after-ms."
        case .errorCode: "The code inside an error's body; the status is 400 unless another is asked for."
        case .errorBody:
            "An error's body: json, html, text, empty, truncated, or echo-key, which repeats the key that was sent."
        case .fail:
            "Fails this many times (500, or as status, drop, hang, error-in-200 or a break asks), then succeeds."
        case .failKey: "What fail counts by. With a key it fails once in all; without, by model name, over and over."
        case .drop: "Closes the connection without a byte of an answer."
        case .errorIn200: "A 200 whose first event, or whose whole body, is an error."
        case .cutAfter: "Closes the connection after so many events of a stream or bytes of a whole body."
        case .resetAfter: "The same with a TCP reset."
        case .stallAfter: "Falls silent after so many events or bytes and keeps the connection open."
        case .endAfter: "Ends the body in good order after so many events or bytes, with nothing that says finished."
        case .errorAfter: "Sends an error event after so many events, then ends the stream."
        case .malformedAfter:
            "Sends one event of broken JSON after so many events; breaks a whole body's JSON from that byte on."
        case .badFramingAfter: "Breaks the chunked framing itself after so many events or bytes."
        case .noUsage: "Leaves usage out."
        case .usageNull: "Says null for usage everywhere."
        case .usageInLastChunk: "Puts usage into the chunk that has the finish reason, not into one of its own."
        case .noDone: "Leaves the closing data: [DONE] out."
        case .twoTerminals: "Sends the last event of a stream twice."
        case .oneByte: "Writes and flushes the body one byte at a time."
        case .crlf: "Ends the lines of a stream with CRLF."
        case .comments: "Puts a comment line before every event of a stream."
        case .noSpace: "Leaves out the space after data: and event:."
        case .byteOrderMark: "Begins a stream with a byte order mark."
        case .gzip: "Sends content-encoding: gzip, asked for or not."
        case .noContentLength: "Sends a whole reply chunked."
        case .close: "Says connection: close and closes after the reply."
        case .closeIdle: "Closes after the reply without having said so."
        case .setCookie: "Adds cookies, server identity and hop-by-hop headers that a gateway has to keep to itself."
        case .rateLimit: "Adds the rate-limit headers of the vendor."
        }
    }
}
