import SluiceCore
import SluiceHTTP
import SluiceWire

/// Header fields of an answer whose provider speaks another dialect than the client.
///
/// Retry advice and request ids have one meaning everywhere. What is left of a rate limit is translated between OpenAI's
/// `x-ratelimit-remaining-tokens` and Anthropic's `anthropic-ratelimit-tokens-remaining`. The rest is the vendor's own
/// business with a client that speaks to it.
/// Sources: OpenAI API reference, rate limits in headers; Anthropic API reference, rate limits (read 2026-11).
enum VendorHeaders {
    private static let kept = FieldNameSet([
        "retry-after", "retry-after-ms", "x-should-retry", "x-upstream-request-id", "content-type",
    ])
    private static let upstreamIDs = FieldNameSet(["request-id", "x-amzn-requestid", "x-goog-request-id"])
    private static let resources = ["requests", "tokens"]
    private static let facts = ["limit", "remaining", "reset"]

    /// - Parameter now: seconds since 1970.
    static func translated(
        _ headers: [(String, String)],
        from source: Dialect,
        to client: Dialect,
        now: Int64
    ) -> [(String, String)] {
        var result: [(String, String)] = []
        for (name, value) in headers {
            if self.kept.contains(name) {
                result.append((name, value))
            } else if self.upstreamIDs.contains(name) {
                result.append(("x-upstream-request-id", value))
            } else if self.isOfRateLimit(name),
                let field = self.rateLimit(name.lowercased(), value, to: client, now: now)
            {
                result.append(field)
            }
        }
        return result
    }

    /// Whether a name is long enough, and begins as these fields do: all others are told apart without a string made.
    private static func isOfRateLimit(_ name: String) -> Bool {
        guard name.utf8.count >= 24, let first = name.utf8.first else { return false }
        return first | 0x20 == UInt8(ascii: "x") || first | 0x20 == UInt8(ascii: "a")
    }

    /// A field that tells of a rate limit, in the client's words; `nil` for every other field.
    private static func rateLimit(
        _ name: String,
        _ value: String,
        to client: Dialect,
        now: Int64
    ) -> (String, String)? {
        for resource in self.resources {
            for fact in self.facts {
                let isOpenAI = name == "x-ratelimit-\(fact)-\(resource)"
                guard isOpenAI || name == "anthropic-ratelimit-\(resource)-\(fact)" else { continue }
                var value = value
                switch client.family {
                case .openAIChat, .openAIResponses:
                    if fact == "reset", !isOpenAI {
                        guard let time = RateLimitReset.seconds(ofTime: value) else { return nil }
                        value = RateLimitReset.duration(ofSeconds: Double(time - now))
                    }
                    return ("x-ratelimit-\(fact)-\(resource)", value)
                case .anthropic:
                    if fact == "reset", isOpenAI {
                        guard let seconds = RateLimitReset.seconds(ofDuration: value) else { return nil }
                        value = RateLimitReset.time(ofSeconds: now + Int64(seconds.rounded(.up)))
                    }
                    return ("anthropic-ratelimit-\(resource)-\(fact)", value)
                default: return nil
                }
            }
        }
        return nil
    }
}
