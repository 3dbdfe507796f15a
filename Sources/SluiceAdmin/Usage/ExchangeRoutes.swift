import Hummingbird
import NIOCore
public import SluiceCore
import SluiceWire

/// `GET /exchanges` and `GET /exchanges/{request_id}`: the records of the ledger, each with its attempts.
public struct ExchangeRoutes: AdminRoutes {
    /// How many records an export reads at once.
    private static let exportPage = 500

    let store: (any UsageStore)?

    /// Makes the routes; without a store they answer with 503.
    public init(_ store: (any UsageStore)?) {
        self.store = store
    }

    public var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "ExchangeList",
                .object([
                    AdminProperty("data", .array(.map(.any)), "The exchanges, oldest first.", isRequired: true),
                    AdminProperty(
                        "next", .nullable(.string()), "What to give as after for the next page; null at the end.",
                        isRequired: true),
                ])
            ),
            (
                "ExchangeTrace",
                .object([
                    AdminProperty(
                        "data", .array(.map(.any)),
                        "The exchanges with this id, the newest first: clients may choose an id twice.",
                        isRequired: true)
                ])
            ),
        ]
    }

    public var operations: [AdminOperation] { [self.list, self.trace] }

    private var list: AdminOperation {
        let query = LedgerParameters.period + AdminProperty.page + LedgerParameters.filters + [LedgerParameters.format]
        return AdminOperation(
            .get, "/exchanges", id: "listExchanges", tag: "usage",
            summary: "List exchanges, or export all of a period as CSV or NDJSON", query: query,
            answers: [
                .init(
                    200, .reference("ExchangeList"),
                    contentTypes: ["application/json", "text/csv", "application/x-ndjson"])
            ], errors: [400, 404]
        ) { [store] request, context in
            let parameters = try LedgerParameters(request, context, known: query)
            guard let store else { throw AdminError.noLedger }
            let values = parameters.query
            let range = try LedgerParameters.reading { () throws(UsageFault) in
                try UsagePeriod.read(
                    from: values["from"], to: values["to"], since: values["since"], now: context.access.now)
            }
            let filter = try LedgerParameters.reading { () throws(UsageFault) in
                try UsageFilter(parameters: { values[$0] })
            }
            guard parameters.format == .json else {
                // The first page is read before the answer begins, so that what is wrong with it can still be said.
                let first = try await store.records(
                    range, where: filter, in: parameters.scope,
                    page: PageRequest(limit: Self.exportPage, after: values["after"]))
                return Self.export(first, as: parameters.format, limit: try Self.exportLimit(values)) { cursor in
                    try await store.records(
                        range, where: filter, in: parameters.scope,
                        page: PageRequest(limit: Self.exportPage, after: cursor))
                }
            }
            let page = try await store.records(range, where: filter, in: parameters.scope, page: try values.page())
            return Response.json(Self.json(page.records, next: page.next, hasNext: true))
        }
    }

    private var trace: AdminOperation {
        AdminOperation(
            .get, "/exchanges/{request_id}", id: "getExchange", tag: "usage",
            summary: "Show one exchange with all its attempts", query: [LedgerParameters.tenant],
            answers: [.init(200, .reference("ExchangeTrace"))], errors: [404]
        ) { [store] request, context in
            let query = try AdminQuery(request, known: ["tenant_id"])
            guard let store else { throw AdminError.noLedger }
            let id = try context.path("request_id")
            let records = try await store.exchanges(requestID: id, in: try query.scope(within: context.access))
            guard !records.isEmpty else {
                throw AdminError(
                    .notFound,
                    "The ledger has no exchange with this request id. The newest take a second to arrive in it.")
            }
            return Response.json(Self.json(records, next: nil, hasNext: false))
        }
    }

    /// How many records an export has at most; `nil`: all.
    private static func exportLimit(_ query: AdminQuery) throws(AdminError) -> Int? {
        guard let text = query["limit"] else { return nil }
        guard let limit = Int(text), limit > 0 else {
            throw AdminError(.invalidQuery, "limit: expected a number from 1 on.", parameter: "limit")
        }
        return limit
    }

    static func json(_ records: [LedgerRecord], next: String?, hasNext: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + records.count * 2048)
        writer.beginObject()
        writer.key("data" as StaticString)
        writer.beginArray()
        for record in records { record.write(to: &writer) }
        writer.endArray()
        if hasNext { writer.member("next", next) }
        writer.endObject()
        return writer.take()
    }

    /// Everything from `first` on, page by page: the next is read when the client has taken the one before.
    private static func export(
        _ first: Page<LedgerRecord>,
        as format: LedgerParameters.Format,
        limit: Int?,
        next: @escaping @Sendable (String) async throws -> Page<LedgerRecord>
    ) -> Response {
        let body = ResponseBody { writer in
            var page = first
            var left = limit ?? .max
            if format == .csv {
                var text = CSVText()
                for name in LedgerRecord.columns { text.add(name) }
                text.endLine()
                try await writer.write(ByteBuffer(bytes: text.bytes))
            }
            while true {
                let records = page.records.prefix(left)
                left -= records.count
                if !records.isEmpty { try await writer.write(ByteBuffer(bytes: Self.lines(records, format))) }
                guard left > 0, let cursor = page.next else { break }
                page = try await next(cursor)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: format.contentType], body: body)
    }

    private static func lines(_ records: ArraySlice<LedgerRecord>, _ format: LedgerParameters.Format) -> [UInt8] {
        if format == .csv {
            var text = CSVText()
            for record in records { record.write(to: &text) }
            return text.bytes
        }
        var bytes: [UInt8] = []
        for record in records {
            var writer = JSONWriter(capacity: 2048)
            record.write(to: &writer)
            bytes += writer.take()
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
