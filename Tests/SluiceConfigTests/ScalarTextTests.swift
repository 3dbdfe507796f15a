import Testing

@testable import SluiceConfig

@Suite("Durations, sizes and percentages")
struct ScalarTextTests {
    @Test(
        "a duration is whole numbers with units",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("1m", .seconds(60)), ("24h", .seconds(86_400)),
            ("500us", .microseconds(500)), ("500µs", .microseconds(500)), ("500\u{3BC}s", .microseconds(500)),
            ("1d", .seconds(86_400)), ("1m30s", .seconds(90)), ("0s", .zero), ("366d", .seconds(366 * 86_400)),
        ] as [(String, Duration)]
    )
    func duration(text: String, expected: Duration) {
        #expect(DurationText.parse(text) == expected)
    }

    @Test(
        "what is no duration, or too long for any clock, is none",
        arguments: [
            "", "60", "s", "1.5s", "-1s", "+1s", "1 s", "1S", "1x", "5 minutes", "367d", "1m30", "9223372036854775807s",
            "9223372036854775807us", "99999999999999999999999999s", "106751991d", "366d1us",
        ]
    )
    func noDuration(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        "a duration is printed as it is read",
        arguments: ["250ms", "5s", "1m", "1m30s", "1d", "500us", "0s", "1d2h3m4s5ms6us"])
    func durationRoundTrip(text: String) {
        #expect(DurationText.parse(text).map(DurationText.format) == text)
    }

    @Test(
        "a size is a whole number with a unit",
        arguments: [
            ("64KiB", 65_536), ("32MiB", 33_554_432), ("1GB", 1_000_000_000), ("512B", 512), ("1kb", 1000),
            ("32Mi", 33_554_432),
            ("1 MiB", 1_048_576), ("0B", 0), ("2TiB", 2_199_023_255_552),
        ]
    )
    func size(text: String, expected: Int) {
        #expect(ByteSizeText.parse(text)?.bytes == expected)
    }

    @Test(
        "what is no size, or more than can be counted, is none",
        arguments: [
            "", "64", "KiB", "1.5MiB", "-1B", "1XB", "1  MiB", "8388608TiB", "9223372036854775808B", "1i", "1M",
        ]
    )
    func noSize(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }

    @Test("a size is printed as it is read", arguments: ["64KiB", "32MiB", "1GB", "513B", "1TiB", "0B", "1KB"])
    func sizeRoundTrip(text: String) {
        #expect(ByteSizeText.parse(text).map(ByteSizeText.format) == text)
    }

    @Test(
        "a percentage has at most two digits after the point",
        arguments: [
            ("20%", 2000), ("0%", 0), ("0.5%", 50), ("12.25%", 1225), ("100%", 10_000), ("0.05%", 5), ("150%", 15_000),
        ]
    )
    func percentage(text: String, basisPoints: Int) {
        #expect(PercentageText.parse(text)?.basisPoints == basisPoints)
        #expect(PercentageText.parse(text).map(PercentageText.format) == text)
    }

    @Test(
        "what is no percentage is none",
        arguments: ["", "%", "20", "-1%", "+1%", "1 %", "1.%", ".5%", "1.234%", "1e2%", "20%%", "9999999%", "1.2.3%"])
    func noPercentage(text: String) {
        #expect(PercentageText.parse(text) == nil)
    }

    @Test(
        "a range of durations is two of them, or one that is both ends",
        arguments: [
            ("200ms..5s", Duration.milliseconds(200), Duration.seconds(5)), ("0s..1m30s", .zero, .seconds(90)),
            ("1s..1s", .seconds(1), .seconds(1)), ("250ms", .milliseconds(250), .milliseconds(250)),
        ]
    )
    func range(text: String, lower: Duration, upper: Duration) {
        #expect(DurationRangeText.parse(text) == lower...upper)
        #expect(
            DurationRangeText.parse(text).map(DurationRangeText.format).flatMap(DurationRangeText.parse)
                == lower...upper)
    }

    @Test(
        "what is no range, or goes backwards, is none",
        arguments: ["", "..", "1s..", "..1s", "5s..1s", "1s...2s", "1s..2s..3s", "1..2", "1s - 2s"])
    func noRange(text: String) {
        #expect(DurationRangeText.parse(text) == nil)
    }

    @Test(
        "the nearest key is found, and none that is far",
        arguments: [
            ("idel", "idle"), ("requestBody", "request_body"), ("request-body", "request_body"), ("totl", "total"),
            ("xyz", nil), ("", nil), ("conect", "connect"),
        ] as [(String, String?)]
    )
    func suggestion(word: String, expected: String?) {
        let keys = ["idle", "request_body", "total", "connect", "head"]
        #expect(Suggestion.nearest(to: word, in: keys) == expected)
    }
}
