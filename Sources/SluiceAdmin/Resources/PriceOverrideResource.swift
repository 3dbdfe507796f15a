import SluiceCore
import SluiceWire

/// `/prices/overrides`: prices over those of the configuration and the book. They are the deployment's: a tenant sees none and makes none.
struct PriceOverrideResource: AdminResource {
    static let path = "prices/overrides"
    static let noun = "price override"
    static let plural = "price overrides"
    static let tag = "prices"
    /// The amounts by the names that the configuration has for them, and what each is.
    private static let amounts: [(name: String, description: String)] = [
        ("input", "Text input that no cache had. Needed, unless request or image is given."),
        ("cached_input", "Input read from a cache; null is as input."),
        (
            "cache_write",
            "Input written to a cache for five minutes, or for a time that the vendor does not say; null is as input."
        ),
        ("cache_write_1h", "Input written to a cache for an hour; null is as cache_write."),
        ("output", "Text and tool calls. Needed, unless request or image is given."),
        ("reasoning", "Output spent on reasoning; null is as output."),
        ("audio_input", "Audio input; null is as input."),
        ("audio_output", "Audio output; null is as output."),
    ]
    static let fields =
        [
            ResourceField("id", .string(), .shown, "The id."),
            ResourceField(
                "models", .string(), .fixed, "A name or a pattern like llama-*, as the provider knows the models.",
                isRequired: true),
            ResourceField(
                "provider", .nullable(.string()), .fixed,
                "The name of the provider in the configuration for which it holds; null: any."),
        ]
        + Self.amounts.map { name, description in
            let schema = name == "input" || name == "output" ? AdminSchema.number : .nullable(.number)
            return ResourceField(name, schema, .changeable, "US dollars per million tokens. \(description)")
        } + [
            ResourceField("request", .number, .changeable, "US dollars for each request."),
            ResourceField("image", .number, .changeable, "US dollars for each picture that is made."),
            ResourceField(
                "from", .nullable(.string(format: "date")), .changeable,
                "The first day, in UTC, on which it holds; null: always so."),
            ResourceField(
                "until", .nullable(.string(format: "date")), .changeable,
                "The first day on which it holds no more; null: until further notice."),
            ResourceField(
                "note", .nullable(.string()), .changeable, "Why, or whence, for people: at most 1000 characters."),
            ResourceField("version", .string(), .shown, "What charges by this price have as their price_version."),
        ] + ResourceField.history

    let access: RecordAccess
    /// Puts the stored prices into force here.
    let refresh: @Sendable () async -> Bool

    var store: any RecordStore<PriceRecord> { get throws(AdminError) { try self.access.all.prices } }

    func filter(_ query: AdminQuery) throws(AdminError) -> NoFilter { .all }

    func make(_ fields: FieldReader, _ access: AdminAccess) async throws -> NewRecord<PriceRecord> {
        try access.requireDeployment("Setting a price")
        let models = try fields.required("models", fields.string("models"))
        var record = PriceRecord(
            id: Self.newID(access),
            provider: try fields.string("provider").map { try FieldRules.word($0, "provider") }.optional,
            models: ModelPattern(try FieldRules.word(models, "models")), createdAt: access.now)
        // What is left out is not known to be nothing.
        let others = try [fields.dollars("request").optional, fields.dollars("image").optional]
        if others.allSatisfy({ $0 ?? .zero == .zero }) {
            for name in ["input", "output"] { _ = try fields.required(name, fields.tokenPrice(name)) }
        }
        try await self.change(&record, fields, access)
        return NewRecord(record: record)
    }

    func change(_ record: inout PriceRecord, _ fields: FieldReader, _ access: AdminAccess) async throws {
        try fields.replace("input", fields.tokenPrice("input"), in: &record.rates.input)
        try fields.tokenPrice("cached_input").apply(to: &record.rates.cacheRead)
        try fields.tokenPrice("cache_write").apply(to: &record.rates.cacheWrite5m)
        try fields.tokenPrice("cache_write_1h").apply(to: &record.rates.cacheWrite1h)
        try fields.replace("output", fields.tokenPrice("output"), in: &record.rates.output)
        try fields.tokenPrice("reasoning").apply(to: &record.rates.reasoning)
        try fields.tokenPrice("audio_input").apply(to: &record.rates.audioInput)
        try fields.tokenPrice("audio_output").apply(to: &record.rates.audioOutput)
        try fields.replace("request", fields.dollars("request"), in: &record.request)
        try fields.replace("image", fields.dollars("image"), in: &record.image)
        try fields.day("from").apply(to: &record.from)
        try fields.day("until").apply(to: &record.until)
        try fields.string("note").map(FieldRules.note).apply(to: &record.note)
        if let from = record.from, let until = record.until, from >= until {
            throw AdminError(.invalidField, "until: expected a day after from, \(from).", parameter: "until")
        }
    }

    func afterChange() async {
        // When it does not work it is tried again each second; what was stored is stored.
        _ = await self.refresh()
    }

    func write(_ record: PriceRecord, _ access: AdminAccess, to writer: inout JSONWriter) {
        writer.member("id", record.id.text)
        writer.member("models", record.models.text)
        writer.member("provider", record.provider)
        record.rates.writeMembers(to: &writer)
        writer.key("request")
        writer.numberText(record.request.description)
        writer.key("image")
        writer.numberText(record.image.description)
        writer.member("from", record.from?.description)
        writer.member("until", record.until?.description)
        writer.member("note", record.note)
        writer.member("version", record.price.version)
    }
}

extension TokenRates {
    /// Writes the classes as members of an object, by the names that the configuration has for them.
    func writeMembers(to json: inout JSONWriter) {
        let rates: [(name: StaticString, price: TokenPrice?)] = [
            ("input", self.input), ("cached_input", self.cacheRead), ("cache_write", self.cacheWrite5m),
            ("cache_write_1h", self.cacheWrite1h), ("output", self.output), ("reasoning", self.reasoning),
            ("audio_input", self.audioInput), ("audio_output", self.audioOutput),
        ]
        for (name, price) in rates {
            json.key(name)
            if let price { json.numberText(price.description) } else { json.null() }
        }
    }
}
