/// Prices by the names of models: exact ones in a dictionary, patterns by their literal characters.
struct PriceIndex: Sendable {
    private var exact: [String: [ModelPrice]] = [:]
    /// The patterns, those with more literal characters first, then in the order in which they were added.
    private var patterns: [(pattern: ModelPattern, prices: [ModelPrice])] = []

    /// Adds a price after those that are there.
    mutating func add(_ price: ModelPrice, for models: ModelPattern) {
        if models.isExact {
            self.exact[models.text, default: []].append(price)
        } else if let index = self.patterns.firstIndex(where: { $0.pattern == models }) {
            self.patterns[index].prices.append(price)
        } else {
            let place = self.patterns.firstIndex { $0.pattern.literalCount < models.literalCount }
            self.patterns.insert((models, [price]), at: place ?? self.patterns.endIndex)
        }
    }

    /// The first price that holds on `day`, of the name that says the most.
    func price(of model: String, on day: PriceDate) -> ModelPrice? {
        if let price = self.exact[model]?.first(where: { $0.holds(on: day) }) { return price }
        for (pattern, prices) in self.patterns where pattern.matches(model) {
            if let price = prices.first(where: { $0.holds(on: day) }) { return price }
        }
        return nil
    }

    /// The prices of `model` for all days, those of the name that says the most first.
    func prices(of model: String) -> [ModelPrice] {
        (self.exact[model] ?? []) + self.patterns.filter { $0.pattern.matches(model) }.flatMap(\.prices)
    }

    /// Every price with its name: exact ones in their order, then patterns as they are tried.
    var entries: [(models: ModelPattern, price: ModelPrice)] {
        let exact = self.exact.sorted { $0.key < $1.key }.flatMap { name, prices in
            prices.map { (models: ModelPattern(name), price: $0) }
        }
        return exact + self.patterns.flatMap { row in row.prices.map { (models: row.pattern, price: $0) } }
    }

    /// Every price.
    var all: [ModelPrice] { self.exact.values.flatMap { $0 } + self.patterns.flatMap(\.prices) }

    /// Whether there is a price of `model` for some day.
    func knows(_ model: String) -> Bool {
        self.exact[model] != nil || self.patterns.contains { $0.pattern.matches(model) }
    }
}
