/// A price that was set over the admin API: what some models cost, before what the configuration and the book say.
///
/// It belongs to the deployment: no tenant has prices of its own.
public struct PriceRecord: StoredRecord {
    public typealias Filter = NoFilter

    public static let kind = RecordKind.price

    public let id: PriceID
    /// The name of the provider for which it holds; `nil`: any. It never changes.
    public let provider: String?
    /// The models, by the names that the provider knows. They never change.
    public let models: ModelPattern
    /// What a million tokens of each class cost.
    public var rates: TokenRates
    /// What each request costs beside its tokens.
    public var request: NanoUSD
    /// What each picture that is made costs beside tokens.
    public var image: NanoUSD
    /// The first day on which it holds. `nil`: always so.
    public var from: PriceDate?
    /// The first day on which it holds no more. `nil`: until further notice.
    public var until: PriceDate?
    /// Why, or whence, in an operator's words.
    public var note: String?
    public let createdAt: UnixTime
    public var updatedAt: UnixTime
    public var revision: Int64

    public var tenant: TenantID? { nil }

    /// Makes a record that is not stored yet.
    public init(
        id: PriceID,
        provider: String?,
        models: ModelPattern,
        rates: TokenRates = TokenRates(),
        request: NanoUSD = .zero,
        image: NanoUSD = .zero,
        from: PriceDate? = nil,
        until: PriceDate? = nil,
        note: String? = nil,
        createdAt: UnixTime,
        updatedAt: UnixTime? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.provider = provider
        self.models = models
        self.rates = rates
        self.request = request
        self.image = image
        self.from = from
        self.until = until
        self.note = note
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.revision = revision
    }

    /// The price, which names the record.
    public var price: ModelPrice {
        ModelPrice(
            rates: self.rates, request: self.request, image: self.image, from: self.from, until: self.until,
            source: .override(id: self.id.text))
    }
}
