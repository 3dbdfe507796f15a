extension PublishedPrices {
    /// Cohere. The page has no price per token of Command A, and rerank is sold by searches.
    static let cohere = cohereCommand + cohereEmbed

    private static let cohereCommand: [PublishedPrice] =
        PublishedPrice.page(
            "https://cohere.com/pricing", asOf: "2026-10-03", kinds: ["cohere"],
            [
                .init(models: ["command-r-08-2024"], rates: .init(input: "0.15", output: "0.6")),
                .init(models: ["command-r7b-12-2024"], rates: .init(input: "0.0375", output: "0.15")),
                .init(models: ["command-r-plus-08-2024"], rates: .init(input: "2.5", output: "10")),
                .init(models: ["command-r", "command-r-03-2024"], rates: .init(input: "0.5", output: "1.5")),
                .init(models: ["command-r-plus", "command-r-plus-04-2024"], rates: .init(input: "3", output: "15")),
                .init(models: ["command"], rates: .init(input: "1", output: "2")),
                .init(models: ["command-light"], rates: .init(input: "0.3", output: "0.6")),
                .init(models: ["c4ai-aya-expanse-32b"], rates: .init(input: "0.5", output: "1.5")),
            ])

    private static let cohereEmbed: [PublishedPrice] =
        PublishedPrice.page(
            "https://cohere.com/pricing", asOf: "2025-12-10", kinds: ["cohere"],
            [
                .init(models: ["embed-v4.0"], rates: .init(input: "0.12"))
            ])
}
