import SluiceConfig
import SluiceCore
import Testing

@Suite("Prices of a configuration")
struct PriceConfigurationTests {
    private func dollars(_ text: String) throws -> TokenPrice { try #require(TokenPrice(dollarsPerMillion: text)) }

    @Test("every class is read, as decimal text, in YAML and TOML alike")
    func everything() throws {
        let yaml = loadYAML(
            """
            providers: { mock: {} }
            prices:
              llama-*:
                input: 0.1
                cached_input: 0.01
                cache_write: 0.125
                cache_write_1h: 0.2
                output: 0.3
                reasoning: 0.30
                audio_input: 1
                audio_output: "2"
                request: 0.000000001
                image: 0.04
              mock/llama-3: { input: 0.7 }
              meta-llama/Llama-3: { output: 0.000000001 }
            """
        )
        let toml = loadTOML(
            """
            [providers.mock]
            [prices]
            "llama-*" = { input = 0.1, cached_input = 0.01, cache_write = 0.125, cache_write_1h = 0.2, output = 0.3, \
            reasoning = 0.30, audio_input = 1, audio_output = "2", request = 0.000000001, image = 0.04 }
            "mock/llama-3".input = 0.7
            "meta-llama/Llama-3".output = 0.000000001
            """
        )
        let prices = try #require(yaml.configuration, "\(yaml.report)").prices
        let rates = TokenRates(
            input: try dollars("0.1"), cacheRead: try dollars("0.01"), cacheWrite5m: try dollars("0.125"),
            cacheWrite1h: try dollars("0.2"), output: try dollars("0.3"), reasoning: try dollars("0.3"),
            audioInput: try dollars("1"), audioOutput: try dollars("2"))
        let expected = [
            PriceBook.Override(
                models: ModelPattern("llama-*"),
                price: ModelPrice(rates: rates, request: NanoUSD(1), image: NanoUSD(40_000_000))),
            PriceBook.Override(
                provider: "mock", models: ModelPattern("llama-3"),
                price: ModelPrice(rates: TokenRates(input: TokenPrice(perMillion: NanoUSD(700_000_000))))),
            // What stands before the slash is no provider: it belongs to the model.
            PriceBook.Override(
                models: ModelPattern("meta-llama/Llama-3"),
                price: ModelPrice(rates: TokenRates(output: TokenPrice(perMillion: NanoUSD(1))))),
        ]
        #expect(prices == expected)
        #expect(toml.configuration?.prices == prices, "\(toml.report)")
    }

    @Test(
        "what is no amount is an error",
        arguments: [
            (
                "{ input: -1 }",
                "prices.x.input: expected US dollars like 0.25, with at most nine digits after the point, found -1 (sluice.yaml:1:23)"
            ),
            (
                "{ input: 1e-3 }",
                "prices.x.input: expected US dollars like 0.25, with at most nine digits after the point, found 1e-3 (sluice.yaml:1:23)"
            ),
            (
                "{ input: 0.0000000001 }",
                "prices.x.input: expected US dollars like 0.25, with at most nine digits after the point, found 0.0000000001 (sluice.yaml:1:23)"
            ),
            (
                "{ input: 99999999999 }",
                "prices.x.input: expected US dollars like 0.25, with at most nine digits after the point, found 99999999999 (sluice.yaml:1:23)"
            ),
            (
                "{ output: 1 USD }",
                "prices.x.output: expected US dollars like 0.25, with at most nine digits after the point, found 1 USD (sluice.yaml:1:24)"
            ),
            ("{}", "prices.x: expected a price, like { input: 0.20, output: 0.60 } (sluice.yaml:1:11)"),
            (
                "{ cahced_input: 1 }",
                "prices.x.cahced_input: unknown key; did you mean cached_input? (sluice.yaml:1:16)"
            ),
        ]
    )
    func wrong(price: String, message: String) {
        let result = loadYAML("prices: { x: \(price) }")
        #expect(result.errors.first?.description == message, "\(result.report)")
    }
}
