import Hummingbird
import NIOCore
public import SluiceCore
import SluiceWire

/// `GET /usage`: sums of the ledger, by whatever they are asked for.
public struct UsageRoutes: AdminRoutes {
    let store: (any UsageStore)?

    /// Makes the routes; without a store they answer with 503.
    public init(_ store: (any UsageStore)?) {
        self.store = store
    }

    public var schemas: [(name: String, schema: AdminSchema)] {
        let tokens = AdminSchema.object(
            TokenUsage().namedClasses.map {
                AdminProperty("\($0.name)", .integer(), "Tokens of this class.", isRequired: true)
            })
        let sums = [
            AdminProperty("requests", .integer(), "Exchanges."),
            AdminProperty("failures", .integer(), "Of these, such with a status from 400 on, 499 included."),
            AdminProperty("attempts", .integer(), "Attempts that were made for them."),
            AdminProperty("prompt_tokens", .integer(), "All input tokens."),
            AdminProperty("completion_tokens", .integer(), "All output tokens."),
            AdminProperty("total_tokens", .integer(), "All tokens."),
            AdminProperty("tokens", tokens, "Tokens by class; no token is in two."),
            AdminProperty("cost_usd", .number, "US dollars, exact to the billionth, as far as prices are known."),
            AdminProperty("cache_saving_usd", .number, "What caches saved, less what writing to them cost more."),
            AdminProperty("cache_hit_rate", .nullable(.number), "The share of input that was read from caches."),
            AdminProperty("unpriced_attempts", .integer(), "Attempts with tokens whose price is not known."),
            AdminProperty("average_latency_ms", .nullable(.number), "The mean duration of an exchange."),
        ].map(\.required)
        return [
            ("UsageSums", .object(sums)),
            (
                "UsageList",
                .object([
                    AdminProperty(
                        "from", .string(format: "date-time"), "The beginning of the period.", isRequired: true),
                    AdminProperty("to", .string(format: "date-time"), "Its end.", isRequired: true),
                    AdminProperty(
                        "data", .array(.map(.any)),
                        "One object for each group: start where there is an interval, the names of by, and the members of UsageSums.",
                        isRequired: true),
                    AdminProperty("total", .reference("UsageSums"), "All groups together.", isRequired: true),
                ])
            ),
        ]
    }

    public var operations: [AdminOperation] {
        let query =
            LedgerParameters.period + [
                AdminProperty(
                    "by", .string(),
                    "Groups, with commas between them: \(UsageDimension.names.joined(separator: ", ")), tag:NAME."),
                AdminProperty("interval", .words(UsageInterval.allCases.map(\.rawValue)), "Groups by time, in UTC."),
                AdminProperty(
                    "order", .words(UsageOrder.allCases.map(\.rawValue)),
                    "What comes first: the largest, or the earliest."),
                AdminProperty(
                    "limit", .integer(minimum: 1, maximum: Int64(UsageQuery.largestLimit)),
                    "How many groups; 1000 by default."),
            ] + [LedgerParameters.tenant] + LedgerParameters.filters + [LedgerParameters.format]
        return [
            AdminOperation(
                .get, "/usage", id: "getUsage", tag: "usage", summary: "Sum up tokens, requests and costs",
                query: query,
                answers: [
                    .init(
                        200, .reference("UsageList"),
                        contentTypes: ["application/json", "text/csv", "application/x-ndjson"])
                ], errors: [400, 404]
            ) { [store] request, context in
                let parameters = try LedgerParameters(request, context, known: query)
                guard let store else { throw AdminError.noLedger }
                let query = try LedgerParameters.reading { () throws(UsageFault) in
                    try UsageQuery(parameters: { parameters.query[$0] }, now: context.access.now)
                }
                let rows = try await store.usage(query, in: parameters.scope)
                switch parameters.format {
                case .json:
                    let total = try await store.totals(query.range, where: query.filter, in: parameters.scope)
                    return Response.json(Self.json(rows, total, query))
                case .csv: return .text(UsageCSV.text(rows, query), parameters.format.contentType)
                case .ndjson:
                    var bytes: [UInt8] = []
                    for row in rows {
                        var writer = JSONWriter(capacity: 512)
                        row.write(query, to: &writer)
                        bytes += writer.take()
                        bytes.append(UInt8(ascii: "\n"))
                    }
                    return .text(bytes, parameters.format.contentType)
                }
            }
        ]
    }

    static func json(_ rows: [UsageRow], _ total: UsageRow, _ query: UsageQuery) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024 + rows.count * 512)
        writer.beginObject()
        writer.member("from", query.range.lowerBound)
        writer.member("to", query.range.upperBound)
        writer.key("data" as StaticString)
        writer.beginArray()
        for row in rows { row.write(query, to: &writer) }
        writer.endArray()
        writer.key("total" as StaticString)
        writer.beginObject()
        total.writeSums(to: &writer)
        writer.endObject()
        writer.endObject()
        return writer.take()
    }
}

extension Response {
    /// An answer in another form than JSON.
    static func text(_ bytes: [UInt8], _ contentType: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
