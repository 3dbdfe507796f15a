import SluiceCore

extension DocumentDecoder {
    mutating func prices(_ section: Section, _ names: ProviderNames) -> [PriceBook.Override] {
        var result: [PriceBook.Override] = []
        for entry in section.node?.entries ?? [] where !entry.value.isBroken {
            let path = section.path.key(entry.key)
            guard Self.isModelName(entry.key) else {
                problems.error("a model's name is one line of 1 to 256 bytes", at: path, entry.keyLocation)
                continue
            }
            var provider: String?
            var model = entry.key
            // What stands before a slash is a provider if there is one of that name; else it belongs to the model.
            if let split = names.split(entry.key) {
                provider = split.provider
                model = split.model
            }
            guard let price = price(Section(node: entry.value, path: path), at: entry.keyLocation) else { continue }
            result.append(PriceBook.Override(provider: provider, models: ModelPattern(model), price: price))
        }
        return result
    }

    /// The price that a map says; `nil` where it says none, which is reported.
    mutating func price(_ section: Section, at location: SourceLocation?) -> ModelPrice? {
        if section.node?.entries?.isEmpty ?? true {
            problems.error("expected a price, like { input: 0.20, output: 0.60 }", at: section.path, location)
            return nil
        }
        let rates = TokenRates(
            input: rate("input", of: section) ?? .zero,
            cacheRead: rate("cached_input", of: section),
            cacheWrite5m: rate("cache_write", of: section),
            cacheWrite1h: rate("cache_write_1h", of: section),
            output: rate("output", of: section) ?? .zero,
            reasoning: rate("reasoning", of: section),
            audioInput: rate("audio_input", of: section),
            audioOutput: rate("audio_output", of: section)
        )
        return ModelPrice(
            rates: rates,
            request: dollars("request", of: section) ?? .zero,
            image: dollars("image", of: section) ?? .zero
        )
    }

    private mutating func rate(_ key: String, of section: Section) -> TokenPrice? {
        dollars(key, of: section).map { TokenPrice(perMillion: $0) }
    }

    private mutating func dollars(_ key: String, of section: Section) -> NanoUSD? {
        value(key, of: section, "US dollars like 0.25, with at most nine digits after the point") { text in
            NanoUSD(dollars: text)
        }
    }
}
