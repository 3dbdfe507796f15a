extension PublishedPrices {
    /// OpenAI. Above 272,000 input tokens the newer models cost more, for the whole request.
    /// Prices of pictures and of realtime audio are missing.
    static let openAI = openAIModels + openAISpecialists

    private static let openAIModels: [PublishedPrice] =
        PublishedPrice.page(
            "https://developers.openai.com/api/docs/pricing", asOf: "2026-10-03", kinds: ["openai"],
            [
                .init(
                    models: ["gpt-6-astra", "gpt-6-astra-20*"],
                    rates: .init(input: "10", cacheRead: "1", cacheWrite5m: "12.5", output: "50"),
                    longContext: (272_000, .init(input: "20", cacheRead: "2", cacheWrite5m: "25", output: "75"))
                ),
                .init(
                    models: ["gpt-6.1-sol", "gpt-6.1-sol-20*"],
                    rates: .init(input: "2", cacheRead: "0.1", cacheWrite5m: "2.5", output: "10"),
                    longContext: (272_000, .init(input: "4", cacheRead: "0.2", cacheWrite5m: "5", output: "15"))
                ),
                .init(
                    models: ["gpt-6-sol", "gpt-6-sol-20*"],
                    rates: .init(input: "2", cacheRead: "0.2", cacheWrite5m: "2.5", output: "10"),
                    longContext: (272_000, .init(input: "4", cacheRead: "0.4", cacheWrite5m: "5", output: "15"))
                ),
                .init(
                    models: ["gpt-6-luna", "gpt-6-luna-20*"],
                    rates: .init(input: "0.1", cacheRead: "0.01", cacheWrite5m: "0.125", output: "0.5"),
                    longContext: (272_000, .init(input: "0.2", cacheRead: "0.02", cacheWrite5m: "0.25", output: "0.75"))
                ),
                // Called promotional, at least to 2026-11-21; before 2026-08-21 it was 5 and 30.
                .init(
                    models: ["gpt-5.6-sol", "gpt-5.6-sol-20*"],
                    rates: .init(input: "4", cacheRead: "0.4", cacheWrite5m: "5", output: "20"),
                    longContext: (272_000, .init(input: "8", cacheRead: "0.8", cacheWrite5m: "10", output: "30")),
                    from: "2026-08-21"
                ),
                .init(
                    models: ["gpt-5.6-sol", "gpt-5.6-sol-20*"],
                    rates: .init(input: "5", cacheRead: "0.5", output: "30"),
                    until: "2026-08-21"
                ),
                .init(
                    models: ["gpt-5.6-terra", "gpt-5.6-terra-20*"],
                    rates: .init(input: "2", cacheRead: "0.2", cacheWrite5m: "2.5", output: "12"),
                    longContext: (272_000, .init(input: "4", cacheRead: "0.4", cacheWrite5m: "5", output: "18"))
                ),
                .init(
                    models: ["gpt-5.6-luna", "gpt-5.6-luna-20*"],
                    rates: .init(input: "0.2", cacheRead: "0.02", cacheWrite5m: "0.25", output: "1.2"),
                    longContext: (272_000, .init(input: "0.4", cacheRead: "0.04", cacheWrite5m: "0.5", output: "1.8"))
                ),
                .init(
                    models: ["gpt-5.5", "gpt-5.5-20*"],
                    rates: .init(input: "5", cacheRead: "0.5", output: "30"),
                    longContext: (272_000, .init(input: "10", cacheRead: "1", output: "45"))
                ),
                .init(
                    models: ["gpt-5.5-pro", "gpt-5.5-pro-20*"],
                    rates: .init(input: "30", output: "180"),
                    longContext: (272_000, .init(input: "60", output: "270"))
                ),
                .init(
                    models: ["gpt-5.4", "gpt-5.4-20*"],
                    rates: .init(input: "2.5", cacheRead: "0.25", output: "15"),
                    longContext: (272_000, .init(input: "5", cacheRead: "0.5", output: "22.5"))
                ),
                .init(
                    models: ["gpt-5.4-mini", "gpt-5.4-mini-20*"],
                    rates: .init(input: "0.75", cacheRead: "0.075", output: "4.5")
                ),
                .init(
                    models: ["gpt-5.4-nano", "gpt-5.4-nano-20*"],
                    rates: .init(input: "0.2", cacheRead: "0.02", output: "1.25")
                ),
                .init(
                    models: ["gpt-5.4-pro", "gpt-5.4-pro-20*"],
                    rates: .init(input: "30", output: "180"),
                    longContext: (272_000, .init(input: "60", output: "270"))
                ),
                .init(models: ["gpt-5.3-codex"], rates: .init(input: "1.75", cacheRead: "0.175", output: "14")),
                .init(
                    models: ["gpt-5.2", "gpt-5.2-20*"], rates: .init(input: "1.75", cacheRead: "0.175", output: "14")),
                .init(models: ["gpt-5.2-pro", "gpt-5.2-pro-20*"], rates: .init(input: "21", output: "168")),
                .init(
                    models: ["gpt-5.1", "gpt-5.1-20*"], rates: .init(input: "1.25", cacheRead: "0.125", output: "10")),
                .init(models: ["gpt-5", "gpt-5-20*"], rates: .init(input: "1.25", cacheRead: "0.125", output: "10")),
                .init(
                    models: ["gpt-5-mini", "gpt-5-mini-20*"],
                    rates: .init(input: "0.25", cacheRead: "0.025", output: "2")
                ),
                .init(
                    models: ["gpt-5-nano", "gpt-5-nano-20*"],
                    rates: .init(input: "0.05", cacheRead: "0.005", output: "0.4")
                ),
                .init(models: ["gpt-5-pro", "gpt-5-pro-20*"], rates: .init(input: "15", output: "120")),
                .init(models: ["gpt-5-search-api"], rates: .init(input: "1.25", cacheRead: "0.125", output: "10")),
                .init(models: ["chat-latest"], rates: .init(input: "5", cacheRead: "0.5", output: "30")),
                .init(models: ["gpt-4.1", "gpt-4.1-20*"], rates: .init(input: "2", cacheRead: "0.5", output: "8")),
                .init(
                    models: ["gpt-4.1-mini", "gpt-4.1-mini-20*"],
                    rates: .init(input: "0.4", cacheRead: "0.1", output: "1.6")
                ),
                .init(
                    models: ["gpt-4.1-nano", "gpt-4.1-nano-20*"],
                    rates: .init(input: "0.1", cacheRead: "0.025", output: "0.4")
                ),
                .init(
                    models: ["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"],
                    rates: .init(input: "2.5", cacheRead: "1.25", output: "10")
                ),
                .init(
                    models: ["gpt-4o-mini", "gpt-4o-mini-20*"],
                    rates: .init(input: "0.15", cacheRead: "0.075", output: "0.6")
                ),
                .init(
                    models: ["o4-mini", "o4-mini-20*"], rates: .init(input: "1.1", cacheRead: "0.275", output: "4.4")),
                .init(models: ["o3", "o3-20*"], rates: .init(input: "2", cacheRead: "0.5", output: "8")),
                .init(models: ["o3-pro", "o3-pro-20*"], rates: .init(input: "20", output: "80")),
                .init(
                    models: ["o3-mini", "o3-mini-20*"], rates: .init(input: "1.1", cacheRead: "0.55", output: "4.4")),
                .init(models: ["o1", "o1-20*"], rates: .init(input: "15", cacheRead: "7.5", output: "60")),
                .init(models: ["o1-pro", "o1-pro-20*"], rates: .init(input: "150", output: "600")),
                .init(models: ["gpt-3.5-turbo", "gpt-3.5-turbo-0125"], rates: .init(input: "0.5", output: "1.5")),
            ])

    private static let openAISpecialists: [PublishedPrice] =
        PublishedPrice.page(
            "https://openai.com/api/pricing/", asOf: "2025-07-12", kinds: ["openai"],
            [
                .init(models: ["text-embedding-3-small"], rates: .init(input: "0.02")),
                .init(models: ["text-embedding-3-large"], rates: .init(input: "0.13")),
                .init(models: ["text-embedding-ada-002"], rates: .init(input: "0.1")),
                .init(
                    models: ["gpt-4o-transcribe", "gpt-4o-transcribe-20*"],
                    rates: .init(input: "2.5", output: "10", audioInput: "6")
                ),
                .init(
                    models: ["gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-20*"],
                    rates: .init(input: "1.25", output: "5", audioInput: "3")
                ),
            ])
}
