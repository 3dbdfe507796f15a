/// The upper bounds of a histogram's buckets, as integers of a base unit, and how to print that unit.
struct HistogramBounds {
    /// Ascending; a value equal to a bound belongs to its bucket.
    let limits: [UInt64]
    /// Digits after the decimal point of a printed value: 9 prints nanoseconds as seconds, 6 as milliseconds.
    let decimals: Int

    /// Bounds in thousandths of the printed unit.
    private init(thousandths: [UInt64], decimals: Int) {
        var scale: UInt64 = 1
        for _ in 3..<max(decimals, 3) { scale *= 10 }
        self.limits = thousandths.map { $0 * scale }
        self.decimals = decimals
    }

    private init(whole: [UInt64]) {
        self.limits = whole
        self.decimals = 0
    }

    /// The bucket of a value: the first whose bound is not below it.
    func bucket(of value: UInt64) -> Int {
        var low = 0
        var high = self.limits.count
        while low < high {
            let middle = (low + high) / 2
            if self.limits[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Nanoseconds printed as seconds: from 5 ms for a local answer to 10 minutes for a long generation.
    static let requestSeconds = HistogramBounds(
        thousandths: [
            5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000,
        ],
        decimals: 9
    )

    /// Nanoseconds printed as seconds, for streams: from 100 ms to 30 minutes.
    static let streamSeconds = HistogramBounds(
        thousandths: [
            100, 250, 500, 1000, 2500, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
        ],
        decimals: 9
    )

    /// Nanoseconds printed as milliseconds: from 1 ms to 10 minutes.
    static let requestMilliseconds = HistogramBounds(
        thousandths: [
            1000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
            30_000_000, 60_000_000, 120_000_000, 300_000_000, 600_000_000,
        ],
        decimals: 6
    )

    /// Tokens. Source: OpenTelemetry semantic conventions, `gen_ai.client.token.usage` (read 2026-11).
    static let tokens = HistogramBounds(
        whole: [
            1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
        ]
    )

    /// Nanoseconds printed as seconds. Source: the same, `gen_ai.server.request.duration`.
    static let generationSeconds = HistogramBounds(
        thousandths: [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 40_960, 81_920],
        decimals: 9
    )

    /// Nanoseconds printed as seconds. Source: the same, `gen_ai.server.time_to_first_token`.
    static let firstTokenSeconds = HistogramBounds(
        thousandths: [1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000],
        decimals: 9
    )

    /// Nanoseconds printed as seconds. Source: the same, `gen_ai.server.time_per_output_token`.
    static let perTokenSeconds = HistogramBounds(
        thousandths: [10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2500],
        decimals: 9
    )
}
