/// What a million tokens of one class cost, in billionths of a US dollar. Never negative.
public struct TokenPrice: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Tokens that cost nothing.
    public static let zero = TokenPrice(perMillion: .zero)

    /// The price of a million tokens.
    public let perMillion: NanoUSD

    /// Makes a price; a negative amount counts as none.
    public init(perMillion: NanoUSD) {
        self.perMillion = Swift.max(.zero, perMillion)
    }

    /// Reads US dollars per million tokens as decimal text: `2.50`, `0.075`. `nil` for anything else.
    public init?(dollarsPerMillion text: String) {
        guard let amount = NanoUSD(dollars: text) else { return nil }
        self.init(perMillion: amount)
    }

    /// US dollars per million tokens, as short as they can be: `2.5`.
    public var description: String { self.perMillion.description }

    public static func < (left: TokenPrice, right: TokenPrice) -> Bool { left.perMillion < right.perMillion }

    /// What `tokens` tokens cost, rounded once to the nearest billionth, halves up; a negative count costs nothing.
    public func cost(of tokens: Int) -> NanoUSD {
        let million: Int64 = 1_000_000
        let product = self.perMillion.amount.multipliedFullWidth(by: Int64(Swift.max(0, tokens)))
        // A quotient that does not fit is an amount beyond the range.
        guard product.high < million / 2 else { return .max }
        let (quotient, remainder) = million.dividingFullWidth(product)
        return NanoUSD(quotient) + NanoUSD(remainder >= million / 2 ? 1 : 0)
    }
}
