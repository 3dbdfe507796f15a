extension PublishedPrices {
    /// Together AI, serverless. The page names models without their makers, which stand before the slash of an id.
    static let together = togetherModels + togetherEarlier

    private static let togetherModels: [PublishedPrice] =
        PublishedPrice.page(
            "https://www.together.ai/pricing", asOf: "2026-10-03", kinds: ["together"],
            [
                .init(models: ["meta-llama/Llama-3.3-70B-Instruct-Turbo"], rates: .init(input: "1.04", output: "1.04")),
                .init(models: ["openai/gpt-oss-120b"], rates: .init(input: "0.15", output: "0.6")),
                .init(models: ["*/Kimi-K3"], rates: .init(input: "3", cacheRead: "0.3", output: "15")),
                .init(models: ["*/GLM-5.2"], rates: .init(input: "1.4", cacheRead: "0.26", output: "4.4")),
                .init(models: ["*/GLM-5.3"], rates: .init(input: "1.4", cacheRead: "0.26", output: "4.4")),
                .init(models: ["*/MiniMax-M3"], rates: .init(input: "0.3", cacheRead: "0.06", output: "1.2")),
                .init(models: ["*/Qwen3.5-397B-A17B"], rates: .init(input: "0.6", cacheRead: "0.35", output: "3.6")),
                .init(
                    models: ["*/DeepSeek-V4-Pro-0813"], rates: .init(input: "1.32", cacheRead: "0.13", output: "3.96")),
                .init(
                    models: ["*/DeepSeek-V4-Flash-0731"],
                    rates: .init(input: "0.14", cacheRead: "0.03", output: "0.28")
                ),
            ])

    private static let togetherEarlier: [PublishedPrice] =
        PublishedPrice.page(
            "https://www.together.ai/pricing", asOf: "2026-08-05", kinds: ["together"],
            [
                .init(models: ["openai/gpt-oss-20b"], rates: .init(input: "0.05", output: "0.2"))
            ])
}
