extension PublishedPrices {
    /// Groq. Audio is sold by the hour, and is not in it.
    static let groq: [PublishedPrice] =
        PublishedPrice.page(
            "https://console.groq.com/docs/models", asOf: "2026-10-03", kinds: ["groq"],
            [
                .init(models: ["openai/gpt-oss-120b"], rates: .init(input: "0.15", output: "0.6")),
                .init(models: ["openai/gpt-oss-20b"], rates: .init(input: "0.075", output: "0.3")),
                .init(models: ["openai/gpt-oss-safeguard-20b"], rates: .init(input: "0.075", output: "0.3")),
                .init(models: ["qwen/qwen3.8-27b"], rates: .init(input: "0.8", output: "4")),
            ])
}
