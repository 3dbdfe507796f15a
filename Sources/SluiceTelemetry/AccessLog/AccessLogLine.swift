public import Logging
public import SluiceCore

/// The one log line of an exchange: a pure function of its ``ExchangeRecord``.
///
/// JSON shape, one object and a line feed, members in this order:
/// `timestamp, level, message, request_id, trace_id, method, path, surface, status, client_address, key_id, tenant, model,
/// provider, target_model, attempts, latency_ms, ttft_ms, upstream_ms, prompt_tokens, completion_tokens, cached_tokens,
/// usage_source, cost_usd, price_unknown, streamed, finish_reason, drained, error_type, conversion_loss, tries`.
/// Tokens and cost are those of all attempts, and `tries` has them apart.
///
/// What is not known is left out, never `null`: `trace_id, client_address, key_id, tenant, model, provider,
/// target_model, ttft_ms, upstream_ms, prompt_tokens, completion_tokens, cached_tokens, usage_source, cost_usd, price_unknown,
/// finish_reason, drained, error_type, conversion_loss, tries`. All other members are always there.
/// `timestamp` is the moment of settlement, so lines are in order; the request began `latency_ms` earlier. Times are
/// milliseconds with three digits after the point. No text from outside can end the line, forge another or turn its direction
/// around, and what looks like a credential is masked. Each text is cut at 256 bytes.
public struct AccessLogLine: Sendable {
    /// The longest text of one member, in UTF-8 bytes.
    static let textLimit = 256

    /// The line's level: a failure of the gateway is an error, any other 5xx a warning, everything else information.
    public static func level(of record: borrowing ExchangeRecord) -> Logger.Level {
        switch record.status {
        case 500: .error
        case 501...: .warning
        default: .info
        }
    }

    /// Appends the line with its line feed.
    public static func append(_ record: borrowing ExchangeRecord, format: LogFormat, to bytes: inout [UInt8]) {
        switch format {
        case .json: Self.appendJSON(record, to: &bytes)
        case .pretty(let colours): Self.appendPretty(record, style: LogStyle(hasColours: colours), to: &bytes)
        }
    }

    /// The moment of settlement.
    static func timestamp(of record: borrowing ExchangeRecord) -> Timestamp {
        Timestamp(nanoseconds: record.receivedAt &+ record.durationNanoseconds)
    }
}
