/// The header fields that tell a client its limits, in the words of each vendor.
public enum RateLimitHeaders {
    /// OpenAI's: `x-ratelimit-limit-requests: 60`, `x-ratelimit-remaining-requests: 59`, `x-ratelimit-reset-requests:
    /// 1s`, and the same for tokens. Source: OpenAI's page on rate limits, read 2026-11.
    public static func openAI(requests: LimitStatus?, tokens: LimitStatus?) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(6)
        if let requests {
            fields.append(("x-ratelimit-limit-requests", String(requests.limit)))
            fields.append(("x-ratelimit-remaining-requests", String(requests.remaining)))
            fields.append(("x-ratelimit-reset-requests", DurationText.goStyle(requests.reset)))
        }
        if let tokens {
            fields.append(("x-ratelimit-limit-tokens", String(tokens.limit)))
            fields.append(("x-ratelimit-remaining-tokens", String(tokens.remaining)))
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
            fields.append(("anthropic-ratelimit-requests-limit", String(requests.limit)))
            fields.append(("anthropic-ratelimit-requests-remaining", String(requests.remaining)))
            fields.append(("anthropic-ratelimit-requests-reset", reset(requests)))
        }
        if let tokens {
            fields.append(("anthropic-ratelimit-tokens-limit", String(tokens.limit)))
            fields.append(("anthropic-ratelimit-tokens-remaining", String(tokens.remaining)))
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

/// Spans of time and moments as header fields write them.
enum DurationText {
    /// `6m0s`, `1.5s`, `17ms`: hours, minutes and seconds, milliseconds where it is below a second; rounded up.
    static func goStyle(_ microseconds: Int64) -> String {
        let milliseconds = max(0, microseconds) / 1000 + (max(0, microseconds) % 1000 > 0 ? 1 : 0)
        guard milliseconds >= 1000 else { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        var fraction = padded(milliseconds % 1000, 3)
        while fraction.last == "0" { fraction.removeLast() }
        var text = "\(seconds % 60)" + (fraction.isEmpty ? "" : ".\(fraction)") + "s"
        if seconds >= 60 { text = "\(seconds / 60 % 60)m" + text }
        if seconds >= 3600 { text = "\(seconds / 3600)h" + text }
        return text
    }

    /// `2026-11-30T18:00:00Z`; rounded up to the second.
    static func rfc3339(_ moment: Moment) -> String {
        let seconds = (moment.microseconds + 999_999) / 1_000_000
        let date = CivilDate(daysSince1970: seconds / 86_400)
        let time = seconds % 86_400
        return "\(self.padded(date.year, 4))-\(self.padded(date.month, 2))-\(self.padded(date.day, 2))"
            + "T\(self.padded(time / 3600, 2)):\(self.padded(time / 60 % 60, 2)):\(self.padded(time % 60, 2))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
