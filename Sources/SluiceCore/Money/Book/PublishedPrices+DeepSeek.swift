extension PublishedPrices {
    /// DeepSeek. It asks half at off-peak hours; the rows are those of peak hours, so that a request never costs more than is
    /// said here. The old names of Flash are served by the new one, at its price.
    static let deepSeek: [PublishedPrice] =
        PublishedPrice.page(
            "https://api-docs.deepseek.com/quick_start/pricing", asOf: "2026-10-17", kinds: ["deepseek"],
            [
                .init(
                    models: ["deepseek-flash", "deepseek-v4-flash"],
                    rates: .init(input: "0.3", cacheRead: "0.006", output: "1.2")
                ),
                .init(models: ["deepseek-v4-pro"], rates: .init(input: "1.32", cacheRead: "0.044", output: "3.96")),
            ])
}
