import SluiceCore

extension PriceRecord: SQLRecord {
    static let table = "price_overrides"
    static let tenantColumn: String? = nil
    static let columns = [
        "id", "provider", "models", "input", "cached_input", "cache_write", "cache_write_1h", "output", "reasoning",
        "audio_input", "audio_output", "request", "image", "first_day", "end_day", "note", "created_at", "updated_at",
        "revision",
    ]
    static let fixedColumns: Set<String> = ["id", "provider", "models", "created_at"]

    static func condition(_ filter: NoFilter, _ parameters: inout SQLParameters) -> String? { nil }

    init(_ row: inout SQLRow) throws(StoreError) {
        let id = PriceID(try row.text())
        let provider = try row.optionalText()
        let models = ModelPattern(try row.text())
        let rates = TokenRates(
            input: try row.price(),
            cacheRead: try row.optionalPrice(),
            cacheWrite5m: try row.optionalPrice(),
            cacheWrite1h: try row.optionalPrice(),
            output: try row.price(),
            reasoning: try row.optionalPrice(),
            audioInput: try row.optionalPrice(),
            audioOutput: try row.optionalPrice()
        )
        self.init(
            id: id, provider: provider, models: models, rates: rates, request: NanoUSD(try row.integer()),
            image: NanoUSD(try row.integer()), from: try row.day(), until: try row.day(), note: try row.optionalText(),
            createdAt: try row.time(), updatedAt: try row.time(), revision: try row.integer())
    }

    var values: [SQLValue] {
        [
            .text(self.id.text), SQLValue(self.provider), .text(self.models.text),
            SQLValue(self.rates.input), SQLValue(self.rates.cacheRead), SQLValue(self.rates.cacheWrite5m),
            SQLValue(self.rates.cacheWrite1h), SQLValue(self.rates.output), SQLValue(self.rates.reasoning),
            SQLValue(self.rates.audioInput), SQLValue(self.rates.audioOutput), .integer(self.request.amount),
            .integer(self.image.amount), SQLValue(self.from?.description), SQLValue(self.until?.description),
            SQLValue(self.note), SQLValue(self.createdAt), SQLValue(self.updatedAt), .integer(self.revision),
        ]
    }

    /// Of the same models no two hold on one day: nobody could say which.
    func check(_ connection: any SQLConnection) throws(StoreError) {
        var parameters = SQLParameters()
        var conditions = [
            "id <> \(parameters.add(.text(self.id.text)))", "models = \(parameters.add(.text(self.models.text)))",
        ]
        conditions.append(self.provider.map { "provider = \(parameters.add(.text($0)))" } ?? "provider IS NULL")
        // Days as texts are in the order of the calendar.
        if let from {
            conditions.append("(end_day IS NULL OR end_day > \(parameters.add(.text(from.description))))")
        }
        if let until {
            conditions.append("(first_day IS NULL OR first_day < \(parameters.add(.text(until.description))))")
        }
        let found = try connection.first(
            "SELECT id FROM \(Self.table) WHERE \(conditions.joined(separator: " AND ")) ORDER BY created_at, id LIMIT 1",
            parameters.values)
        guard var row = found else { return }
        throw StoreError(.conflict, "the same models have a price on some of these days: \(try row.text())")
    }
}

extension SQLRow {
    /// The next column, nano-dollars for a million tokens.
    fileprivate mutating func price() throws(StoreError) -> TokenPrice {
        TokenPrice(perMillion: NanoUSD(try self.integer()))
    }

    /// The next column, the same or null.
    fileprivate mutating func optionalPrice() throws(StoreError) -> TokenPrice? {
        try self.optionalInteger().map { TokenPrice(perMillion: NanoUSD($0)) }
    }

    /// The next column, a day or null.
    fileprivate mutating func day() throws(StoreError) -> PriceDate? {
        guard let text = try self.optionalText() else { return nil }
        guard let day = PriceDate(text) else {
            throw StoreError(.corrupt, "a column that holds a day holds something else")
        }
        return day
    }
}

extension SQLValue {
    fileprivate init(_ price: TokenPrice?) {
        self.init(price?.perMillion.amount)
    }
}
