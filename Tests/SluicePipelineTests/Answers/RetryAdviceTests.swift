import NIOHTTP1
import Testing

@testable import SluicePipeline

@Suite("RetryAdvice")
struct RetryAdviceTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    private static let now: Int64 = 784_111_777

    @Test(
        "the wait is what the provider says, in each of its ways",
        arguments: [
            (["retry-after": "7"], 7), (["retry-after": "0"], 0), (["retry-after": "1.5"], 1.5),
            (["retry-after-ms": "250", "retry-after": "9"], 0.25), (["retry-after-ms": "soon", "retry-after": "9"], 9),
            (["retry-after": "Sun, 06 Nov 1994 08:50:07 GMT"], 30),
            (["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"], 0),
            (["retry-after": "Sun, 06 Nov 1994 08:00:00 GMT"], 0),
            (["retry-after": "Mon, 07 Nov 1994 08:49:37 GMT"], 86_400),
            (["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"], 360),
            (["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20ms"], 0.02),
            (["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "12"], 12),
            (
                [
                    "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s",
                    "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m30s",
                ], 90
            ),
            (
                [
                    "anthropic-ratelimit-tokens-remaining": "0",
                    "anthropic-ratelimit-tokens-reset": "1994-11-06T08:49:47Z",
                ], 10
            ),
            (
                [
                    "anthropic-ratelimit-requests-remaining": "0",
                    "anthropic-ratelimit-requests-reset": "1994-11-06T08:00:00Z",
                ], 0
            ),
            (
                ["retry-after": "3", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"], 3
            ),
        ] as [(HTTPHeaders, Double)])
    func seconds(headers: HTTPHeaders, seconds: Double) throws {
        let found = try #require(RetryAdvice(headers, now: Self.now).seconds)
        #expect(abs(found - seconds) < 1e-9)
    }

    @Test(
        "what makes no sense is no advice",
        arguments: [
            [:], ["retry-after": ""], ["retry-after": "soon"], ["retry-after": "nan"], ["retry-after": "inf"],
            ["retry-after": "1e400"], ["retry-after": "99999999999999999999"], ["retry-after": "31622401"],
            ["retry-after-ms": "1e300"], ["retry-after": "Sun, 06 Nov 9999 08:49:37 GMT"],
            ["retry-after": "Sun, 32 Nov 1994 08:49:37 GMT"], ["retry-after": "Sun, 06 Nov 1994 25:49:37 GMT"],
            ["retry-after": "Sun, 06 Foo 1994 08:49:37 GMT"], ["retry-after": "Sun, 06 Nov 1994 08:49:37 CET"],
            ["retry-after": "Sun, 06 Nov 1994 08:49    GMT"], ["retry-after": "Sunday, 06-Nov-94 08:49:37 GMT"],
            ["x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6m0s"],
            ["x-ratelimit-reset-requests": "6m0s"],
            ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1793000000"],
            ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "9h9h9h9x"],
            ["anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": "9994-11-06T08:49:47Z"],
            ["anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": "tomorrow"],
        ] as [HTTPHeaders])
    func nonsense(headers: HTTPHeaders) {
        #expect(RetryAdvice(headers, now: Self.now).seconds == nil)
    }

    @Test("a negative wait is none", arguments: ["-1", "-1e300"])
    func negative(value: String) {
        #expect(RetryAdvice(["retry-after": value], now: Self.now).seconds == 0)
    }

    @Test(
        "whether to repeat at all is what the provider says in so many words",
        arguments: [("true", true), ("false", false), ("TRUE", nil), ("1", nil), ("", nil)] as [(String, Bool?)])
    func mayRepeat(value: String, expected: Bool?) {
        #expect(RetryAdvice(["x-should-retry": value], now: Self.now).mayRepeat == expected)
    }
}
