import SluiceCore
import SluiceWire
import Testing

@Suite("What requests cost")
struct CostTests {
    /// Some days of the book.
    private static let today = "2026-11-30"

    // The amounts were worked out by hand from the vendors' pages: tokens x dollars per million, class by class.
    @Test(
        "a request of each vendor costs what the vendor's page says",
        arguments: [
            // 2000 x 2.50 + 1000 x 1.25 + 500 x 10
            ("openai", "gpt-4o", TokenUsage(uncachedInput: 2000, cacheRead: 1000, output: 500), "0.01125"),
            // 1200 x 1.25 + 300 x 10 + 700 x 10
            ("openai", "gpt-5", TokenUsage(uncachedInput: 1200, output: 300, reasoning: 700), "0.0115"),
            // 100000 x 10 + 172000 x 1 + 1000 x 50, and one token more: all at the long rates
            ("openai", "gpt-6-astra", TokenUsage(uncachedInput: 100_000, cacheRead: 172_000, output: 1000), "1.222"),
            ("openai", "gpt-6-astra", TokenUsage(uncachedInput: 100_001, cacheRead: 172_000, output: 1000), "2.41902"),
            // 900 x 6 + 20 x 2.50 + 200 x 10
            ("openai", "gpt-4o-transcribe", TokenUsage(uncachedInput: 20, audioInput: 900, output: 200), "0.00745"),
            ("openai", "text-embedding-3-small", TokenUsage(uncachedInput: 8191), "0.00016382"),
            // 50 x 3 + 10000 x 0.30 + 2000 x 3.75 + 1000 x 6 + 400 x 15
            (
                "anthropic", "claude-sonnet-4-5",
                TokenUsage(uncachedInput: 50, cacheRead: 10_000, cacheWrite5m: 2000, cacheWrite1h: 1000, output: 400),
                "0.02265"
            ),
            // 1000 x 4 + 8000 x 0.20 + 300 x 20 + 200 x 20
            (
                "anthropic", "claude-opus-5-5",
                TokenUsage(uncachedInput: 1000, cacheRead: 8000, output: 300, reasoning: 200), "0.0156"
            ),
            // 100000 x 0.10 + 1000 x 0.50, and above 100,000 tokens 100001 x 0.50 + 1000 x 2.50
            ("anthropic", "claude-haiku-5-5", TokenUsage(uncachedInput: 100_000, output: 1000), "0.0105"),
            ("anthropic", "claude-haiku-5-5", TokenUsage(uncachedInput: 100_001, output: 1000), "0.0525005"),
            // 1000 x 1.25 + 500 x 10 + 1500 x 10
            ("gemini", "gemini-2.5-pro", TokenUsage(uncachedInput: 1000, output: 500, reasoning: 1500), "0.02125"),
            // 200001 x 2.50 + 1000 x 15
            ("gemini", "gemini-2.5-pro", TokenUsage(uncachedInput: 200_001, output: 1000), "0.5150025"),
            // 100 x 0.30 + 3000 x 1.00 + 200 x 2.50
            ("gemini", "gemini-2.5-flash", TokenUsage(uncachedInput: 100, audioInput: 3000, output: 200), "0.00353"),
            // 1000 x 3.30 + 100 x 16.50, and at the global endpoint 1000 x 3 + 100 x 15
            (
                "bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", TokenUsage(uncachedInput: 1000, output: 100),
                "0.00495"
            ),
            (
                "bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
                TokenUsage(uncachedInput: 1000, output: 100), "0.0045"
            ),
            ("bedrock", "us.amazon.nova-micro-v1:0", TokenUsage(uncachedInput: 1001, output: 333), "0.000081655"),
            (
                "mistral", "mistral-large-latest", TokenUsage(uncachedInput: 1000, cacheRead: 2000, output: 100),
                "0.00075"
            ),
            ("cohere", "command-r7b-12-2024", TokenUsage(uncachedInput: 1001, output: 10), "0.000039038"),
            ("groq", "openai/gpt-oss-20b", TokenUsage(uncachedInput: 1001, output: 1), "0.000075375"),
            ("together", "moonshotai/Kimi-K3", TokenUsage(uncachedInput: 10, cacheRead: 100, output: 20), "0.00036"),
            (
                "deepseek", "deepseek-flash",
                TokenUsage(uncachedInput: 1000, cacheRead: 5000, output: 100, reasoning: 900), "0.00153"
            ),
            ("xai", "grok-4.5", TokenUsage(uncachedInput: 1000, cacheRead: 200, output: 50), "0.0024"),
        ] as [(String, String, TokenUsage, String)]
    )
    func vendors(kind: String, model: String, usage: TokenUsage, dollars: String) throws {
        let day = try #require(PriceDate(Self.today))
        let price = try #require(PriceBook.builtIn.price(of: model, provider: kind, kind: kind, on: day))
        #expect(price.cost(of: usage).description == dollars)
    }

    @Test("what is not priced apart costs what its class falls back to")
    func fallbacks() throws {
        let rates = TokenRates(
            input: try #require(TokenPrice(dollarsPerMillion: "1")),
            output: try #require(TokenPrice(dollarsPerMillion: "10")))
        let usage = TokenUsage(
            uncachedInput: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1, audioInput: 1, output: 1, reasoning: 1,
            audioOutput: 1)
        #expect(rates.cost(of: usage).amount == 5 * 1000 + 3 * 10_000)
        var written = rates
        written.cacheWrite5m = TokenPrice(dollarsPerMillion: "2")
        #expect(written.cost(of: TokenUsage(cacheWrite1h: 1)).amount == 2000)
    }

    @Test("each class is rounded by itself, requests and pictures are added")
    func rounding() throws {
        let half = try #require(TokenPrice(dollarsPerMillion: "0.0000005"))
        let price = ModelPrice(
            rates: TokenRates(input: half, cacheRead: half, output: half), request: NanoUSD(7), image: NanoUSD(100))
        // A thousand tokens are half a billionth: three classes are three, though together they were one and a half.
        let usage = TokenUsage(uncachedInput: 1000, cacheRead: 1000, output: 1000)
        #expect(price.cost(of: usage, requests: 2, images: 3).amount == 3 + 14 + 300)
    }

    @Test("absurd counts stop at the end of the range")
    func absurd() {
        let price = ModelPrice(
            rates: TokenRates(input: TokenPrice(perMillion: .max), output: TokenPrice(perMillion: .max)))
        #expect(price.cost(of: TokenUsage(uncachedInput: .max, output: .max), requests: .max, images: .max) == .max)
    }
}
