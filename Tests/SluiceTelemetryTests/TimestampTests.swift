import Testing

@testable import SluiceTelemetry

@Suite struct TimestampTests {
    @Test(
        "moments come out as RFC 3339 with milliseconds",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"),
            (-1, "1970-01-01T00:00:00.000Z"),
            (Int64.min, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000_000_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599_000_000_000, "2024-12-31T23:59:59.000Z"),
            (1_795_251_600_123_456_789, "2026-11-21T09:00:00.123Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
            (Int64.max, "2262-04-11T23:47:16.854Z"),
        ]
    )
    func text(nanoseconds: Int64, expected: String) {
        var bytes: [UInt8] = []
        Timestamp(nanoseconds: nanoseconds).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(
        "numbers come out in decimal",
        arguments: [
            (Int64(0), "0"), (7, "7"), (10, "10"), (-42, "-42"), (Int64.min, "-9223372036854775808"),
            (.max, "9223372036854775807"),
        ]
    )
    func decimals(value: Int64, expected: String) {
        var bytes: [UInt8] = []
        bytes.append(decimal: value)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(
        "milliseconds have three digits after the point",
        arguments: [
            (Int64(0), "0.000"), (999, "0.000"), (1000, "0.001"), (12_345_678, "12.345"), (1_000_000_000, "1000.000"),
            (-5, "0.000"),
            (.max, "9223372036854.775"),
        ]
    )
    func milliseconds(value: Int64, expected: String) {
        var bytes: [UInt8] = []
        bytes.append(milliseconds: value)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("the largest unsigned number has all its digits")
    func largest() {
        var bytes: [UInt8] = []
        bytes.append(decimal: UInt64.max)
        bytes.append(decimal: 5 as UInt64, width: 3)
        #expect(String(decoding: bytes, as: UTF8.self) == "18446744073709551615005")
    }
}
