/// The header fields that tell a client its limits, in the words of each vendor.
public enum RateLimitHeaders {
    /// OpenAI's: `x-ratelimit-limit-requests: 60`, `x-ratelimit-remaining-requests: 59`, `x-ratelimit-reset-requests:
    /// 1s`, and the same for tokens. Source: OpenAI's page on rate limits, read 2026-11.
    public static func openAI(requests: LimitStatus?, tokens: LimitStatus?) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(6)
        if let requests {
            fields.append(("x-ratelimit-limit-requests", ShortText.decimal(requests.limit)))
            fields.append(("x-ratelimit-remaining-requests", ShortText.decimal(requests.remaining)))
            fields.append(("x-ratelimit-reset-requests", DurationText.goStyle(requests.reset)))
        }
        if let tokens {
            fields.append(("x-ratelimit-limit-tokens", ShortText.decimal(tokens.limit)))
            fields.append(("x-ratelimit-remaining-tokens", ShortText.decimal(tokens.remaining)))
            fields.append(("x-ratelimit-reset-tokens", DurationText.goStyle(tokens.reset)))
        }
        return fields
    }

    /// Anthropic's: `anthropic-ratelimit-requests-limit`, `-remaining`, and `-reset` as a moment of RFC 3339; the same
    /// for tokens. Source: Anthropic's page on rate limits, read 2026-11.
    public static func anthropic(
        requests: LimitStatus?,
        tokens: LimitStatus?,
        now: Moment
    ) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(6)
        func reset(_ status: LimitStatus) -> String {
            DurationText.rfc3339(Moment(microsecondsSince1970: LimitAmount.sum(now.microseconds, status.reset)))
        }
        if let requests {
            fields.append(("anthropic-ratelimit-requests-limit", ShortText.decimal(requests.limit)))
            fields.append(("anthropic-ratelimit-requests-remaining", ShortText.decimal(requests.remaining)))
            fields.append(("anthropic-ratelimit-requests-reset", reset(requests)))
        }
        if let tokens {
            fields.append(("anthropic-ratelimit-tokens-limit", ShortText.decimal(tokens.limit)))
            fields.append(("anthropic-ratelimit-tokens-remaining", ShortText.decimal(tokens.remaining)))
            fields.append(("anthropic-ratelimit-tokens-reset", reset(tokens)))
        }
        return fields
    }

    /// `retry-after` in whole seconds and `retry-after-ms`, both rounded up; none where trying again is of no use.
    public static func retryAfter(_ refusal: LimitRefusal) -> [(name: String, value: String)] {
        guard let milliseconds = refusal.retryAfterMilliseconds else { return [] }
        return [
            ("retry-after", String((milliseconds + 999) / 1000)), ("retry-after-ms", String(milliseconds)),
        ]
    }
}
