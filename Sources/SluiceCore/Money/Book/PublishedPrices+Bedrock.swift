extension PublishedPrices {
    /// Amazon Bedrock: Claude and Nova.
    ///
    /// Claude costs what Anthropic asks at the global endpoint; from Claude 4.5 on the endpoints of one region or several cost a
    /// tenth more. Nova is in the prices of the regions of the United States, without those of its cache.
    static let bedrock = bedrockClaude + bedrockNova

    private static let bedrockClaude: [PublishedPrice] =
        PublishedPrice.page(
            "https://platform.claude.com/docs/en/about-claude/pricing", asOf: "2026-10-24", kinds: ["bedrock"],
            [
                .init(
                    models: ["global.anthropic.claude-opus-5-5*"],
                    rates: .init(input: "4", cacheRead: "0.2", cacheWrite5m: "5", cacheWrite1h: "8", output: "20")
                ),
                .init(
                    models: ["global.anthropic.claude-opus-5*"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["global.anthropic.claude-opus-4-8*"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["global.anthropic.claude-opus-4-7*"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["global.anthropic.claude-opus-4-6*"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["global.anthropic.claude-opus-4-5*"],
                    rates: .init(input: "5", cacheRead: "0.5", cacheWrite5m: "6.25", cacheWrite1h: "10", output: "25")
                ),
                .init(
                    models: ["global.anthropic.claude-sonnet-5-5*"],
                    rates: .init(input: "2", cacheRead: "0.1", cacheWrite5m: "2.5", cacheWrite1h: "4", output: "10"),
                    from: "2026-10-07"
                ),
                .init(
                    models: ["global.anthropic.claude-sonnet-5-5*"],
                    rates: .init(input: "2", cacheRead: "0.2", cacheWrite5m: "2.5", cacheWrite1h: "4", output: "10"),
                    until: "2026-10-07"
                ),
                .init(
                    models: ["global.anthropic.claude-sonnet-5*"],
                    rates: .init(input: "2", cacheRead: "0.2", cacheWrite5m: "2.5", cacheWrite1h: "4", output: "10")
                ),
                .init(
                    models: ["global.anthropic.claude-sonnet-4-6*"],
                    rates: .init(input: "3", cacheRead: "0.3", cacheWrite5m: "3.75", cacheWrite1h: "6", output: "15")
                ),
                .init(
                    models: ["global.anthropic.claude-sonnet-4-5*"],
                    rates: .init(input: "3", cacheRead: "0.3", cacheWrite5m: "3.75", cacheWrite1h: "6", output: "15")
                ),
                .init(
                    models: ["global.anthropic.claude-haiku-5-5*"],
                    rates: .init(
                        input: "0.1", cacheRead: "0.01", cacheWrite5m: "0.125", cacheWrite1h: "0.2", output: "0.5"),
                    longContext: (
                        100000,
                        .init(input: "0.5", cacheRead: "0.05", cacheWrite5m: "0.625", cacheWrite1h: "1", output: "2.5")
                    )
                ),
                .init(
                    models: ["global.anthropic.claude-haiku-4-5*"],
                    rates: .init(input: "1", cacheRead: "0.1", cacheWrite5m: "1.25", cacheWrite1h: "2", output: "5")
                ),
                .init(
                    models: ["*anthropic.claude-opus-5-5*"],
                    rates: .init(
                        input: "4.4", cacheRead: "0.22", cacheWrite5m: "5.5", cacheWrite1h: "8.8", output: "22")
                ),
                .init(
                    models: ["*anthropic.claude-opus-5*"],
                    rates: .init(
                        input: "5.5", cacheRead: "0.55", cacheWrite5m: "6.875", cacheWrite1h: "11", output: "27.5")
                ),
                .init(
                    models: ["*anthropic.claude-opus-4-8*"],
                    rates: .init(
                        input: "5.5", cacheRead: "0.55", cacheWrite5m: "6.875", cacheWrite1h: "11", output: "27.5")
                ),
                .init(
                    models: ["*anthropic.claude-opus-4-7*"],
                    rates: .init(
                        input: "5.5", cacheRead: "0.55", cacheWrite5m: "6.875", cacheWrite1h: "11", output: "27.5")
                ),
                .init(
                    models: ["*anthropic.claude-opus-4-6*"],
                    rates: .init(
                        input: "5.5", cacheRead: "0.55", cacheWrite5m: "6.875", cacheWrite1h: "11", output: "27.5")
                ),
                .init(
                    models: ["*anthropic.claude-opus-4-5*"],
                    rates: .init(
                        input: "5.5", cacheRead: "0.55", cacheWrite5m: "6.875", cacheWrite1h: "11", output: "27.5")
                ),
                .init(
                    models: ["*anthropic.claude-sonnet-5-5*"],
                    rates: .init(
                        input: "2.2", cacheRead: "0.11", cacheWrite5m: "2.75", cacheWrite1h: "4.4", output: "11"),
                    from: "2026-10-07"
                ),
                .init(
                    models: ["*anthropic.claude-sonnet-5-5*"],
                    rates: .init(
                        input: "2.2", cacheRead: "0.22", cacheWrite5m: "2.75", cacheWrite1h: "4.4", output: "11"),
                    until: "2026-10-07"
                ),
                .init(
                    models: ["*anthropic.claude-sonnet-5*"],
                    rates: .init(
                        input: "2.2", cacheRead: "0.22", cacheWrite5m: "2.75", cacheWrite1h: "4.4", output: "11")
                ),
                .init(
                    models: ["*anthropic.claude-sonnet-4-6*"],
                    rates: .init(
                        input: "3.3", cacheRead: "0.33", cacheWrite5m: "4.125", cacheWrite1h: "6.6", output: "16.5")
                ),
                .init(
                    models: ["*anthropic.claude-sonnet-4-5*"],
                    rates: .init(
                        input: "3.3", cacheRead: "0.33", cacheWrite5m: "4.125", cacheWrite1h: "6.6", output: "16.5")
                ),
                .init(
                    models: ["*anthropic.claude-haiku-5-5*"],
                    rates: .init(
                        input: "0.11", cacheRead: "0.011", cacheWrite5m: "0.1375", cacheWrite1h: "0.22", output: "0.55"),
                    longContext: (
                        100000,
                        .init(
                            input: "0.55", cacheRead: "0.055", cacheWrite5m: "0.6875", cacheWrite1h: "1.1",
                            output: "2.75")
                    )
                ),
                .init(
                    models: ["*anthropic.claude-haiku-4-5*"],
                    rates: .init(
                        input: "1.1", cacheRead: "0.11", cacheWrite5m: "1.375", cacheWrite1h: "2.2", output: "5.5")
                ),
                .init(
                    models: ["*anthropic.claude-opus-4-1*"],
                    rates: .init(input: "15", cacheRead: "1.5", cacheWrite5m: "18.75", cacheWrite1h: "30", output: "75")
                ),
                .init(
                    models: ["*anthropic.claude-sonnet-4-20*"],
                    rates: .init(input: "3", cacheRead: "0.3", cacheWrite5m: "3.75", cacheWrite1h: "6", output: "15")
                ),
                .init(
                    models: ["*anthropic.claude-3-5-haiku*"],
                    rates: .init(input: "0.8", cacheRead: "0.08", cacheWrite5m: "1", cacheWrite1h: "1.6", output: "4")
                ),
            ])

    private static let bedrockNova: [PublishedPrice] =
        PublishedPrice.page(
            "https://aws.amazon.com/bedrock/pricing/", asOf: "2026-03-31", kinds: ["bedrock"],
            [
                .init(models: ["*amazon.nova-micro-v1:0"], rates: .init(input: "0.035", output: "0.14")),
                .init(models: ["*amazon.nova-lite-v1:0"], rates: .init(input: "0.06", output: "0.24")),
                .init(models: ["*amazon.nova-pro-v1:0"], rates: .init(input: "0.8", output: "3.2")),
            ])
}
