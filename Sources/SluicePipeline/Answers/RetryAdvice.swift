import NIOHTTP1
import SluiceWire

/// What a provider says about being asked again, in the header of a refusal.
///
/// Sources: RFC 9110, section 10.2.3 (`retry-after`, seconds or a date); OpenAI's and Anthropic's SDKs (`retry-after-ms`,
/// `x-should-retry`; read 2026-11); their rate limit fields, whose reset counts where nothing remains.
struct RetryAdvice: Equatable {
    /// After how many seconds the provider wants to be asked again.
    var seconds: Double?
    /// Whether the request may be repeated at all, where the provider says.
    var mayRepeat: Bool?

    /// A wait longer than this is no advice but a mistake.
    private static let longest = 366.0 * 86_400

    /// - Parameter now: seconds since 1970.
    init(_ headers: HTTPHeaders, now: Int64) {
        switch headers.first(name: "x-should-retry") {
        case "true": self.mayRepeat = true
        case "false": self.mayRepeat = false
        default: break
        }
        self.seconds = Self.bounded(Self.retryAfter(headers, now: now) ?? Self.reset(headers, now: now))
    }

    private static func bounded(_ seconds: Double?) -> Double? {
        guard let seconds, seconds.isFinite, seconds <= self.longest else { return nil }
        return max(0, seconds)
    }

    private static func retryAfter(_ headers: HTTPHeaders, now: Int64) -> Double? {
        if let milliseconds = headers.first(name: "retry-after-ms").flatMap({ Double($0) }) {
            return milliseconds / 1000
        }
        guard let text = headers.first(name: "retry-after") else { return nil }
        return Double(text) ?? self.seconds(ofDate: text).map { Double($0 - now) }
    }

    /// The latest reset of a resource of which nothing remains.
    private static func reset(_ headers: HTTPHeaders, now: Int64) -> Double? {
        var latest: Double?
        for resource in ["requests", "tokens", "input-tokens", "output-tokens"] {
            if headers.first(name: "x-ratelimit-remaining-\(resource)") == "0",
                let reset = headers.first(name: "x-ratelimit-reset-\(resource)"),
                let seconds = RateLimitReset.seconds(ofDuration: reset) ?? Double(reset)
            {
                latest = max(latest ?? 0, seconds)
            }
            if headers.first(name: "anthropic-ratelimit-\(resource)-remaining") == "0",
                let reset = headers.first(name: "anthropic-ratelimit-\(resource)-reset"),
                let time = RateLimitReset.seconds(ofTime: reset)
            {
                latest = max(latest ?? 0, Double(time - now))
            }
        }
        return latest
    }

    /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` for another text.
    private static func seconds(ofDate text: String) -> Int64? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard text.utf8.count == 29, parts.count == 6, parts[5] == "GMT",
            let month = months.firstIndex(where: { $0 == parts[2] })
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return CivilTime.seconds(ofRFC3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
