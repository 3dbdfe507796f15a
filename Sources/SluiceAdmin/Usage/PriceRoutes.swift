import Hummingbird
public import SluiceCore
public import SluicePipeline
import SluiceWire

/// `GET /prices` and `POST /prices/reprice`: what models cost, and what the past would have cost.
public struct PriceRoutes: AdminRoutes {
    let ledger: (any LedgerStore)?
    let gateway: GatewayHandler

    /// Makes the routes; without a ledger nothing can be priced anew.
    public init(_ ledger: (any LedgerStore)?, gateway: GatewayHandler) {
        self.ledger = ledger
        self.gateway = gateway
    }

    public var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "PriceList",
                .object([
                    AdminProperty(
                        "data", .array(.map(.any)),
                        "Rows, those of the configuration first. Rates are US dollars per million tokens; null is as its class falls back to.",
                        isRequired: true)
                ])
            ),
            (
                "RepriceRequest",
                .object([
                    AdminProperty(
                        "from", .string(), "From when: a time or a day, moved back to a whole hour.", isRequired: true),
                    AdminProperty("to", .string(), "Until when, moved on to a whole hour.", isRequired: true),
                ])
            ),
            (
                "Repricing",
                .object([
                    AdminProperty("records", .integer(), "How many exchanges were looked at.", isRequired: true),
                    AdminProperty("changed", .integer(), "How many of them cost something else now.", isRequired: true),
                    AdminProperty(
                        "difference_usd", .number, "What they cost now, less what they cost before.", isRequired: true),
                ])
            ),
        ]
    }

    public var operations: [AdminOperation] { [self.list, self.reprice] }

    private var list: AdminOperation {
        let query = [
            AdminProperty("provider", .string(), "Only prices that hold for this provider of the configuration."),
            AdminProperty("kind", .string(), "Only built-in prices of this kind of providers."),
            AdminProperty("model", .string(), "Only prices whose name or pattern fits this model."),
            AdminProperty("all", .boolean, "Also those that do not hold today."),
        ]
        return AdminOperation(
            .get, "/prices", id: "listPrices", tag: "prices", summary: "List what models cost", query: query,
            answers: [.init(200, .reference("PriceList"))], errors: [400, 404]
        ) { [gateway] request, context in
            let values = try AdminQuery(request, known: Set(query.map(\.name)))
            let isAll = try values.flag("all")
            let snapshot = gateway.snapshot
            var kind = values["kind"]
            if let name = values["provider"] {
                guard let provider = snapshot.providers.first(where: { $0.provider.name == name }) else {
                    throw AdminError(.notFound, "There is no provider of this name.", parameter: "provider")
                }
                kind = provider.provider.kind
            }
            let today = PriceDate(nanosecondsSince1970: context.access.now.milliseconds * 1_000_000)
            let rows = snapshot.prices.book.rows.filter { row in
                if let kind, let own = row.kind, own != kind { return false }
                if row.kind == nil, values["kind"] != nil { return false }
                if let provider = values["provider"], let own = row.provider, own != provider { return false }
                if let model = values["model"], !row.models.matches(model) { return false }
                return isAll || row.price.holds(on: today)
            }
            var writer = JSONWriter(capacity: 256 + rows.count * 384)
            writer.beginObject()
            writer.key("data" as StaticString)
            writer.beginArray()
            for row in rows { row.write(to: &writer) }
            writer.endArray()
            writer.endObject()
            return Response.json(writer.take())
        }
    }

    private var reprice: AdminOperation {
        AdminOperation(
            .post, "/prices/reprice", id: "reprice", tag: "prices",
            summary: "Compute what a period cost anew of its tokens, by the prices in force",
            body: .reference("RepriceRequest"),
            answers: [.init(200, .reference("Repricing"))], errors: [400]
        ) { [ledger, gateway] request, context in
            _ = try AdminQuery(request, known: [])
            try context.access.requireDeployment("Pricing anew")
            let fields = try FieldReader(context.body, known: ["from", "to"])
            let from = try fields.string("from").optional
            let to = try fields.string("to").optional
            guard let from, let to else {
                throw AdminError(.missingField, "Say from and to.", parameter: from == nil ? "from" : "to")
            }
            guard let ledger else { throw AdminError.noLedger }
            let range = try LedgerParameters.reading { () throws(UsageFault) in
                try UsagePeriod.read(from: from, to: to, since: nil, now: context.access.now)
            }
            let snapshot = gateway.snapshot
            let result = try await ledger.reprice(from: range.lowerBound, to: range.upperBound) { record, attempt in
                snapshot.cost(of: attempt, model: record.model, receivedAt: record.id.receivedAt)
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("records", Int64(result.records))
            writer.member("changed", Int64(result.changed))
            writer.key("difference_usd" as StaticString)
            writer.numberText(result.difference.description)
            writer.endObject()
            return Response.json(writer.take())
        }
    }
}

extension PriceRow {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("models", self.models.text)
        json.member("provider", self.provider)
        json.member("kind", self.kind)
        json.key("rates" as StaticString)
        self.price.rates.write(to: &json)
        json.key("long_context" as StaticString)
        if let long = self.price.longContext {
            json.beginObject()
            json.key("above_input_tokens" as StaticString)
            json.integer(long.aboveInputTokens)
            json.key("rates" as StaticString)
            long.rates.write(to: &json)
            json.endObject()
        } else {
            json.null()
        }
        json.key("request_usd" as StaticString)
        json.numberText(self.price.request.description)
        json.key("image_usd" as StaticString)
        json.numberText(self.price.image.description)
        json.member("from", self.price.from?.description)
        json.member("until", self.price.until?.description)
        var page: String?
        var asOf: PriceDate?
        if case .published(let source, let day) = self.price.source { (page, asOf) = (source, day) }
        json.member("source", page)
        json.member("as_of", asOf?.description)
        json.member("version", self.price.version)
        json.endObject()
    }
}

extension TokenRates {
    fileprivate func write(to json: inout JSONWriter) {
        let rates: [(name: StaticString, price: TokenPrice?)] = [
            ("input", self.input), ("cached_input", self.cacheRead), ("cache_write", self.cacheWrite5m),
            ("cache_write_1h", self.cacheWrite1h), ("output", self.output), ("reasoning", self.reasoning),
            ("audio_input", self.audioInput), ("audio_output", self.audioOutput),
        ]
        json.beginObject()
        for (name, price) in rates {
            json.key(name)
            if let price { json.numberText(price.description) } else { json.null() }
        }
        json.endObject()
    }
}
