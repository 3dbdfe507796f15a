import SluiceCore
import Testing

@testable import SluicePolicies

@Suite("Header fields of limits")
struct RateLimitHeadersTests {
    @Test(
        "spans are written as OpenAI does",
        arguments: [
            (0, "0s"), (1, "1ms"), (17_000, "17ms"), (999_001, "1s"), (1_000_000, "1s"), (1_500_000, "1.5s"),
            (1_234_500, "1.235s"), (60_000_000, "1m0s"), (360_000_000, "6m0s"), (3_600_000_000, "1h0m0s"),
            (90_061_000_000, "25h1m1s"), (Int64.max, "2562047788h0m54.776s"),
        ] as [(Int64, String)])
    func spans(microseconds: Int64, text: String) {
        #expect(DurationText.goStyle(microseconds) == text)
    }

    @Test("OpenAI's fields")
    func openAI() {
        let fields = RateLimitHeaders.openAI(
            requests: LimitStatus(limit: 60, remaining: 59, reset: 60_000_000),
            tokens: LimitStatus(limit: 1000, remaining: 0, reset: 60_500_000))
        #expect(
            fields.map { "\($0.name): \($0.value)" } == [
                "x-ratelimit-limit-requests: 60", "x-ratelimit-remaining-requests: 59",
                "x-ratelimit-reset-requests: 1m0s",
                "x-ratelimit-limit-tokens: 1000", "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 1m0.5s",
            ])
        #expect(RateLimitHeaders.openAI(requests: nil, tokens: nil).isEmpty)
    }

    @Test("Anthropic's fields have a moment")
    func anthropic() {
        let fields = RateLimitHeaders.anthropic(
            requests: LimitStatus(limit: 60, remaining: 59, reset: 60_000_001), tokens: nil, now: PolicyWords.noon)
        #expect(
            fields.map { "\($0.name): \($0.value)" } == [
                "anthropic-ratelimit-requests-limit: 60", "anthropic-ratelimit-requests-remaining: 59",
                "anthropic-ratelimit-requests-reset: 2026-11-30T12:01:01Z",
            ])
    }

    @Test("the time to wait is rounded up")
    func retryAfter() throws {
        let limiter = Limiter()
        let plan = PolicyWords.plan(PolicyWords.requests(1, level: [.tenant, .model]))
        _ = limiter.admit(plan, cost: AdmissionCost(), now: PolicyWords.noon)
        let now = Moment(microsecondsSince1970: PolicyWords.noon.microseconds + 1_999_999)
        let refusal = try #require(limiter.admit(plan, cost: AdmissionCost(), now: now).refusal)
        let fields = RateLimitHeaders.retryAfter(refusal).map { "\($0.name): \($0.value)" }
        #expect(fields == ["retry-after: 59", "retry-after-ms: 58001"])
        #expect(
            refusal.message
                == "The limit of 1 request per minute for this tenant and model (acme, gpt-4o) is reached. "
                + "Try again in 58.001s."
        )
    }
}
