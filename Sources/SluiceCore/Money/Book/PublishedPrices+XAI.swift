extension PublishedPrices {
    /// xAI. Its surcharge for long input is not in it.
    static let xAI = xAIFlagship + xAIModels + xAIFast + xAIEarlier

    private static let xAIFlagship: [PublishedPrice] =
        PublishedPrice.page(
            "https://docs.x.ai/docs/models", asOf: "2026-07-08", kinds: ["xai"],
            [
                .init(
                    models: ["grok-4.5", "grok-4.5-latest", "grok-4.5-20*", "grok-latest"],
                    rates: .init(input: "2", cacheRead: "0.5", output: "6")
                )
            ])

    private static let xAIModels: [PublishedPrice] =
        PublishedPrice.page(
            "https://docs.x.ai/docs/models", asOf: "2026-06-09", kinds: ["xai"],
            [
                .init(
                    models: ["grok-4.3", "grok-4.3-latest", "grok-4.3-20*"],
                    rates: .init(input: "1.25", cacheRead: "0.2", output: "2.5")
                ),
                .init(models: ["grok-4.20"], rates: .init(input: "1.25", cacheRead: "0.2", output: "2.5")),
                .init(models: ["grok-build-0.1"], rates: .init(input: "1", cacheRead: "0.2", output: "2")),
            ])

    private static let xAIFast: [PublishedPrice] =
        PublishedPrice.page(
            "https://docs.x.ai/docs/models", asOf: "2026-01-19", kinds: ["xai"],
            [
                .init(
                    models: ["grok-4-1-fast", "grok-4-1-fast-reasoning", "grok-4-1-fast-non-reasoning"],
                    rates: .init(input: "0.2", cacheRead: "0.05", output: "0.5")
                ),
                .init(
                    models: ["grok-4-fast", "grok-4-fast-reasoning", "grok-4-fast-non-reasoning"],
                    rates: .init(input: "0.2", cacheRead: "0.05", output: "0.5")
                ),
                .init(models: ["grok-code-fast-1"], rates: .init(input: "0.2", cacheRead: "0.02", output: "1.5")),
            ])

    private static let xAIEarlier: [PublishedPrice] =
        PublishedPrice.page(
            "https://docs.x.ai/docs/models", asOf: "2025-07-12", kinds: ["xai"],
            [
                .init(
                    models: ["grok-4", "grok-4-0709", "grok-4-latest"],
                    rates: .init(input: "3", cacheRead: "0.75", output: "15")
                ),
                .init(models: ["grok-3", "grok-3-latest"], rates: .init(input: "3", cacheRead: "0.75", output: "15")),
                .init(
                    models: ["grok-3-mini", "grok-3-mini-latest"],
                    rates: .init(input: "0.3", cacheRead: "0.075", output: "0.5")
                ),
            ])
}
