extension PublishedPrices {
    /// Anthropic. Writes to the cache cost 1.25 and 2 times the input, for five minutes and an hour.
    ///
    /// Long input costs the same, but for Haiku 5.5 above 100,000 tokens, those from and to a cache included.
    static let anthropic: [PublishedPrice] =
        PublishedPrice.page(
            "https://platform.claude.com/docs/en/about-claude/pricing", asOf: "2026-10-24", kinds: ["anthropic"],
            [
                .init(
                    models: ["claude-fable-5-1"],
                    rates: .init(input: "10", cacheRead: "0.25", cacheWrite5m: "12.5", cacheWrite1h: "20", output: "50")
                ),
                .init(
                    models: ["claude-mythos-5-1"],
                    rates: .init(input: "10", cacheRead: "0.25", cacheWrite5m: "12.5", cacheWrite1h: "20", output: "50")
                ),
                .init(
                    models: ["claude-fable-5"],
                    rates: .init(input: "10", cacheRead: "1", cacheWrite5m: "12.5", cacheWrite1h: "20", output: "50")
                ),
                .init(
                    models: ["claude-mythos-5"],
                    rates: .init(input: "10", cacheRead: "1", cacheWrite5m: "12.5", cacheWrite1h: "20", output: "50")
                ),
                .init(
                    models: ["claude-opus-5-5"],
                    rates: .init(input: "4", cacheRead: "0.2", cacheWrite5m: "5", cacheWrite1h: "8", output: "20")
                ),
                .init(
                    models: ["claude-opus-5"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["claude-opus-4-8"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["claude-opus-4-7"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["claude-opus-4-6"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["claude-opus-4-5", "claude-opus-4-5-20*"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["claude-opus-4-1", "claude-opus-4-1-20*"],
                    rates: .init(input: "15", cacheRead: "1.5", cacheWrite5m: "18.75", cacheWrite1h: "30", output: "75")
                ),
                .init(
                    models: ["claude-opus-4-0", "claude-opus-4-20*"],
                    rates: .init(input: "15", cacheRead: "1.5", cacheWrite5m: "18.75", cacheWrite1h: "30", output: "75")
                ),
                // Cache reads were 0.20 before 2026-10-07.
                .init(
                    models: ["claude-sonnet-5-5"],
                    rates: .init(input: "2", cacheRead: "0.1", cacheWrite5m: "2.5", cacheWrite1h: "4", output: "10"),
                    from: "2026-10-07"
                ),
                .init(
                    models: ["claude-sonnet-5-5"],
                    rates: .init(input: "2", cacheRead: "0.2", cacheWrite5m: "2.5", cacheWrite1h: "4", output: "10"),
                    until: "2026-10-07"
                ),
                .init(
                    models: ["claude-sonnet-5"],
                    rates: .init(input: "2", cacheRead: "0.2", cacheWrite5m: "2.5", cacheWrite1h: "4", output: "10")
                ),
                .init(
                    models: ["claude-sonnet-4-6"],
                    rates: .init(input: "3", cacheRead: "0.3", cacheWrite5m: "3.75", cacheWrite1h: "6", output: "15")
                ),
                .init(
                    models: ["claude-sonnet-4-5", "claude-sonnet-4-5-20*"],
                    rates: .init(input: "3", cacheRead: "0.3", cacheWrite5m: "3.75", cacheWrite1h: "6", output: "15")
                ),
                .init(
                    models: ["claude-sonnet-4-0", "claude-sonnet-4-20*"],
                    rates: .init(input: "3", cacheRead: "0.3", cacheWrite5m: "3.75", cacheWrite1h: "6", output: "15")
                ),
                .init(
                    models: ["claude-haiku-5-5"],
                    rates: .init(
                        input: "0.1", cacheRead: "0.01", cacheWrite5m: "0.125", cacheWrite1h: "0.2", output: "0.5"),
                    longContext: (
                        100000,
                        .init(input: "0.5", cacheRead: "0.05", cacheWrite5m: "0.625", cacheWrite1h: "1", output: "2.5")
                    )
                ),
                .init(
                    models: ["claude-haiku-4-5", "claude-haiku-4-5-20*"],
                    rates: .init(input: "1", cacheRead: "0.1", cacheWrite5m: "1.25", cacheWrite1h: "2", output: "5")
                ),
                .init(
                    models: ["claude-3-5-haiku-20*", "claude-3-5-haiku-latest"],
                    rates: .init(input: "0.8", cacheRead: "0.08", cacheWrite5m: "1", cacheWrite1h: "1.6", output: "4")
                ),
            ])
}
