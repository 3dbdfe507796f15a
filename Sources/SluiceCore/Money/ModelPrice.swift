/// What one model costs, from when to when, and who says so.
public struct ModelPrice: Sendable, Hashable {
    /// Who says so.
    public enum Source: Sendable, Hashable {
        /// An operator, over the admin API: the record with this id.
        case override(id: String)
        /// The configuration.
        case configuration
        /// A page that the vendor publishes, and the day as of which it is known to say so.
        case published(page: String, asOf: PriceDate)
        /// The gateway itself, of its own models.
        case own
        /// Nobody: it is the highest that a book has, in place of one that is not known.
        case highest
    }

    /// Other rates for the whole request once its input is long.
    public struct LongContext: Sendable, Hashable {
        /// The rates apply to requests with more input tokens than this, those from and to a cache included.
        public var aboveInputTokens: Int
        /// The rates, for all tokens of such a request.
        public var rates: TokenRates

        /// Makes a tier.
        public init(aboveInputTokens: Int, rates: TokenRates) {
            self.aboveInputTokens = aboveInputTokens
            self.rates = rates
        }
    }

    /// Known to be nothing.
    public static let free = ModelPrice(rates: TokenRates(), source: .own)

    /// The rates of tokens.
    public var rates: TokenRates
    /// The rates of requests with long input, where the vendor has such.
    public var longContext: LongContext?
    /// What each request costs beside its tokens.
    public var request: NanoUSD
    /// What each picture that is made costs beside tokens.
    public var image: NanoUSD
    /// The first day on which it holds. `nil`: always so.
    public var from: PriceDate?
    /// The first day on which it holds no more. `nil`: until further notice.
    public var until: PriceDate?
    /// Who says so.
    public var source: Source

    /// Makes a price.
    public init(
        rates: TokenRates,
        longContext: LongContext? = nil,
        request: NanoUSD = .zero,
        image: NanoUSD = .zero,
        from: PriceDate? = nil,
        until: PriceDate? = nil,
        source: Source = .configuration
    ) {
        self.rates = rates
        self.longContext = longContext
        self.request = request
        self.image = image
        self.from = from
        self.until = until
        self.source = source
    }

    /// Whether it holds on `day`.
    public func holds(on day: PriceDate) -> Bool {
        (self.from.map { $0 <= day } ?? true) && (self.until.map { day < $0 } ?? true)
    }
}
