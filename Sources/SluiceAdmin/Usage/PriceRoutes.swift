import Hummingbird
import SluiceCore
public import SluicePipeline
import SluiceWire

/// `GET /prices`: what models cost, and who says so.
public struct PriceRoutes: AdminRoutes {
    let gateway: GatewayHandler

    /// Makes the routes. The snapshot of `gateway` has the prices.
    public init(gateway: GatewayHandler) {
        self.gateway = gateway
    }

    public var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "PriceList",
                .object([
                    AdminProperty(
                        "data", .array(.map(.any)),
                        "Rows in the order in which they count: overrides, the configuration, the book. Rates are US dollars per million tokens; null is as its class falls back to.",
                        isRequired: true)
                ])
            )
        ]
    }

    public var operations: [AdminOperation] { [self.list] }

    private var list: AdminOperation {
        let query = [
            AdminProperty("provider", .string(), "Only prices that hold for this provider of the configuration."),
            AdminProperty("kind", .string(), "Only built-in prices of this kind of providers."),
            AdminProperty("model", .string(), "Only prices whose name or pattern fits this model."),
            AdminProperty(
                "origin", .words(PriceRow.Origin.allCases.map(\.rawValue)), "Only prices that come from there."),
            AdminProperty("all", .boolean, "Also those that do not hold today."),
        ]
        return AdminOperation(
            .get, "/prices", id: "listPrices", tag: "prices", summary: "List what models cost", query: query,
            answers: [.init(200, .reference("PriceList"))], errors: [400, 404]
        ) { [gateway] request, context in
            let values = try AdminQuery(request, known: Set(query.map(\.name)))
            let isAll = try values.flag("all")
            let snapshot = gateway.snapshot
            let origin = try values["origin"].map { (text) throws(AdminError) in
                guard let origin = PriceRow.Origin(rawValue: text) else {
                    throw AdminError(
                        .invalidQuery, "origin: expected override, configuration or book.", parameter: "origin")
                }
                return origin
            }
            var kind = values["kind"]
            if let name = values["provider"] {
                guard let provider = snapshot.providers.first(where: { $0.provider.name == name }) else {
                    throw AdminError(.notFound, "There is no provider of this name.", parameter: "provider")
                }
                kind = provider.provider.kind
            }
            let today = PriceDate(nanosecondsSince1970: context.access.now.milliseconds * 1_000_000)
            let rows = snapshot.prices.book.rows.filter { row in
                if let origin, row.origin != origin { return false }
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
}

extension PriceRow {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("origin", self.origin.rawValue)
        json.member("models", self.models.text)
        json.member("provider", self.provider)
        json.member("kind", self.kind)
        json.key("rates" as StaticString)
        json.beginObject()
        self.price.rates.writeMembers(to: &json)
        json.endObject()
        json.key("long_context" as StaticString)
        if let long = self.price.longContext {
            json.beginObject()
            json.key("above_input_tokens" as StaticString)
            json.integer(long.aboveInputTokens)
            json.key("rates" as StaticString)
            json.beginObject()
            long.rates.writeMembers(to: &json)
            json.endObject()
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
        var id: String?
        if case .override(let record) = self.price.source { id = record }
        json.member("id", id)
        json.member("source", page)
        json.member("as_of", asOf?.description)
        json.member("version", self.price.version)
        json.endObject()
    }
}
