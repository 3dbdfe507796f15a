import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("VendorHeaders")
struct VendorHeadersTests {
    private static let now: Int64 = 1_795_243_400

    private func translated(_ name: String, _ value: String, to client: Dialect) -> String? {
        VendorHeaders.translated([(name, value)], from: .gemini, to: client, now: Self.now).first
            .map { "\($0.0): \($0.1)" }
    }

    @Test("rate limits are said in the client's words")
    func rateLimits() {
        #expect(
            self.translated("Anthropic-RateLimit-Tokens-Remaining", "7", to: .openAIChat)
                == "x-ratelimit-remaining-tokens: 7")
        #expect(
            self.translated("x-ratelimit-limit-requests", "60", to: .anthropic)
                == "anthropic-ratelimit-requests-limit: 60")
        let time = RateLimitReset.time(ofSeconds: Self.now + 90)
        #expect(
            self.translated("anthropic-ratelimit-requests-reset", time, to: .openAIResponses)
                == "x-ratelimit-reset-requests: 1m30s")
        #expect(
            self.translated("x-ratelimit-reset-tokens", "1m30s", to: .anthropic)
                == "anthropic-ratelimit-tokens-reset: \(time)")
        #expect(self.translated("x-ratelimit-limit-requests", "60", to: .gemini) == nil)
        #expect(self.translated("x-ratelimit-reset-tokens", "soon", to: .anthropic) == nil)
    }

    @Test("retry advice goes on, what is the vendor's own stays")
    func others() {
        #expect(self.translated("retry-after", "3", to: .gemini) == "retry-after: 3")
        #expect(self.translated("x-amzn-RequestId", "a", to: .anthropic) == "x-upstream-request-id: a")
        #expect(self.translated("anthropic-organization-id", "a", to: .openAIChat) == nil)
    }

    @Test(
        "durations",
        arguments: [
            ("20ms", 0.02), ("1s", 1), ("6m0s", 360), ("1h2m3s", 3723), ("1.5s", 1.5), ("", nil), ("s", nil),
            ("5", nil), ("1x", nil), ("9999999999h", nil),
        ] as [(String, Double?)])
    func durations(text: String, seconds: Double?) {
        #expect(RateLimitReset.seconds(ofDuration: text) == seconds)
        if let seconds { #expect(RateLimitReset.duration(ofSeconds: seconds) == text) }
    }

    @Test(
        "times of day",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696), ("2026-11-21T06:43:20Z", 1_795_243_400),
        ] as [(String, Int64)])
    func times(text: String, seconds: Int64) {
        #expect(RateLimitReset.seconds(ofTime: text) == seconds)
        #expect(RateLimitReset.time(ofSeconds: seconds) == text)
    }

    @Test("what is no time", arguments: ["", "2026-13-01T00:00:00Z", "2026-11-21", "2026-11-21T06:43:20"])
    func noTimes(text: String) {
        #expect(RateLimitReset.seconds(ofTime: text) == nil)
    }
}
