extension PublishedPrices {
    /// Google's Gemini API, paid tier. Output holds the thoughts. The hours of a cache are not in it.
    static let gemini: [PublishedPrice] =
        PublishedPrice.page(
            "https://ai.google.dev/gemini-api/docs/pricing", asOf: "2026-10-03", kinds: ["gemini"],
            [
                // Promotional to the end of 2026, by the page.
                .init(
                    models: ["gemini-3.8-flash"],
                    rates: .init(input: "0.75", cacheRead: "0.075", output: "3.75"),
                    until: "2027-01-01"
                ),
                .init(
                    models: ["gemini-3.8-flash"],
                    rates: .init(input: "1.5", cacheRead: "0.15", output: "7.5"),
                    from: "2027-01-01"
                ),
                .init(
                    models: ["gemini-3.7-flash"],
                    rates: .init(input: "0.75", cacheRead: "0.075", output: "3.75"),
                    until: "2027-01-01"
                ),
                .init(
                    models: ["gemini-3.7-flash"],
                    rates: .init(input: "1.5", cacheRead: "0.15", output: "7.5"),
                    from: "2027-01-01"
                ),
                .init(
                    models: ["gemini-3.6-flash"],
                    rates: .init(input: "0.75", cacheRead: "0.075", output: "3.75"),
                    from: "2026-09-07",
                    until: "2027-01-01"
                ),
                .init(
                    models: ["gemini-3.6-flash"],
                    rates: .init(input: "1.5", cacheRead: "0.15", output: "7.5"),
                    from: "2027-01-01"
                ),
                .init(models: ["gemini-3.6-flash"], rates: .init(input: "1.5", output: "7.5"), until: "2026-09-07"),
                .init(models: ["gemini-3.5-flash"], rates: .init(input: "1.5", cacheRead: "0.15", output: "9")),
                .init(models: ["gemini-3.5-flash-lite"], rates: .init(input: "0.3", cacheRead: "0.03", output: "2.5")),
                .init(
                    models: ["gemini-3.1-pro-preview"],
                    rates: .init(input: "2", cacheRead: "0.2", output: "12"),
                    longContext: (200_000, .init(input: "4", cacheRead: "0.4", output: "18"))
                ),
                .init(
                    models: ["gemini-3.1-flash-lite"],
                    rates: .init(input: "0.25", cacheRead: "0.025", output: "1.5", audioInput: "0.5")
                ),
                .init(
                    models: ["gemini-3-flash-preview"],
                    rates: .init(input: "0.5", cacheRead: "0.05", output: "3", audioInput: "1")
                ),
                .init(
                    models: ["gemini-2.5-pro"],
                    rates: .init(input: "1.25", cacheRead: "0.125", output: "10"),
                    longContext: (200_000, .init(input: "2.5", cacheRead: "0.25", output: "15"))
                ),
                .init(
                    models: ["gemini-2.5-flash"],
                    rates: .init(input: "0.3", cacheRead: "0.03", output: "2.5", audioInput: "1")
                ),
                .init(
                    models: ["gemini-2.5-flash-lite"],
                    rates: .init(input: "0.1", cacheRead: "0.01", output: "0.4", audioInput: "0.3")
                ),
            ])
}
