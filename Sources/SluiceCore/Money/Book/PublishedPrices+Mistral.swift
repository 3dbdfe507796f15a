extension PublishedPrices {
    /// Mistral. Input from the cache costs a tenth.
    static let mistral: [PublishedPrice] =
        PublishedPrice.page(
            "https://mistral.ai/pricing/api", asOf: "2026-10-03", kinds: ["mistral"],
            [
                .init(
                    models: ["mistral-medium-latest", "mistral-medium-3.5"],
                    rates: .init(input: "1.5", cacheRead: "0.15", output: "7.5")
                ),
                .init(models: ["mistral-small-latest"], rates: .init(input: "0.15", cacheRead: "0.015", output: "0.6")),
                .init(models: ["mistral-large-latest"], rates: .init(input: "0.5", cacheRead: "0.05", output: "1.5")),
                .init(models: ["codestral-latest"], rates: .init(input: "0.3", cacheRead: "0.03", output: "0.9")),
                .init(models: ["ministral-3b-latest"], rates: .init(input: "0.1", cacheRead: "0.01", output: "0.1")),
                .init(models: ["ministral-8b-latest"], rates: .init(input: "0.15", cacheRead: "0.015", output: "0.15")),
                .init(models: ["ministral-14b-latest"], rates: .init(input: "0.2", cacheRead: "0.02", output: "0.2")),
                .init(models: ["zai-glm-5-3"], rates: .init(input: "1.4", cacheRead: "0.14", output: "4.4")),
            ])
}
