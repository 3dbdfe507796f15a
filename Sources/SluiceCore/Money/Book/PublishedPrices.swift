/// The built-in book: what vendors publish, one file each.
///
/// Standard tiers of the vendors' own APIs, without discounts for batches and surcharges for speed or place. A model is
/// listed by its name, and with a pattern for its dated versions. To add or change a price, take it from the vendor's
/// page, name the page and the day, and keep the row that held before with `until`, so that older requests keep their
/// price. What no page says is left out: a wrong price is worse than none.
enum PublishedPrices {
    /// Every row.
    static let all: [PublishedPrice] = [
        openAI, anthropic, gemini, bedrock, mistral, cohere, groq, together, deepSeek, xAI,
    ].flatMap { $0 }
}
