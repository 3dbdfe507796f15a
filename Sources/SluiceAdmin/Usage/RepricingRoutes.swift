import Hummingbird
public import SluiceCore
public import SluicePipeline
import SluiceWire

/// `POST /prices/reprice`: what a period costs by the prices in force.
///
/// A call does as many steps as fit into ``patienceNanoseconds`` and says where to go on, so that no period is too long. Each step is one
/// transaction; what is done is done, and doing it again changes nothing.
public struct RepricingRoutes: AdminRoutes {
    /// How long a call begins new steps: with the longest step it ends before the deadline of a call.
    private static let patienceNanoseconds: Int64 = 10_000_000_000

    let ledger: (any LedgerStore)?
    let audit: (any AuditStore)?
    let gateway: GatewayHandler
    let refresh: @Sendable () async -> Bool
    let now: @Sendable () -> MonotonicTime

    /// Makes the routes.
    ///
    /// - Parameters:
    ///   - ledger: what is priced anew; `nil`: nothing can be.
    ///   - audit: is told of each call that may change something.
    ///   - gateway: its snapshot has the prices.
    ///   - refresh: puts the stored prices into the snapshot, as they are now.
    ///   - now: a clock for the length of a call.
    public init(
        _ ledger: (any LedgerStore)?,
        audit: (any AuditStore)?,
        gateway: GatewayHandler,
        refresh: @escaping @Sendable () async -> Bool,
        now: @escaping @Sendable () -> MonotonicTime
    ) {
        self.ledger = ledger
        self.audit = audit
        self.gateway = gateway
        self.refresh = refresh
        self.now = now
    }

    public var schemas: [(name: String, schema: AdminSchema)] {
        [
            (
                "RepriceRequest",
                .object([
                    AdminProperty(
                        "from", .string(), "From when: a time or a day, moved back to a whole hour.", isRequired: true),
                    AdminProperty("to", .string(), "Until when, moved on to a whole hour.", isRequired: true),
                    AdminProperty(
                        "after", .nullable(.string()), "The next of the answer before, to go on with the same period."),
                ])
            ),
            (
                "Repricing",
                .object([
                    AdminProperty("records", .integer(), "How many exchanges were looked at.", isRequired: true),
                    AdminProperty(
                        "changed", .integer(),
                        "How many of them cost something else now, or are priced by another price.", isRequired: true),
                    AdminProperty(
                        "unpriced", .integer(), "How many of them used tokens whose price nobody knows, still.",
                        isRequired: true),
                    AdminProperty(
                        "difference_usd", .number, "What they cost now, less what they cost before.", isRequired: true),
                    AdminProperty(
                        "through", .nullable(.string(format: "date-time")),
                        "When the last exchange came that was looked at.", isRequired: true),
                    AdminProperty(
                        "next", .nullable(.string()),
                        "What to give as after in the next call, for what of the period is left; null at the end.",
                        isRequired: true),
                ])
            ),
        ]
    }

    public var operations: [AdminOperation] {
        let query = [AdminProperty("dry_run", .boolean, "Only say what would change.")]
        return [
            AdminOperation(
                .post, "/prices/reprice", id: "reprice", tag: "prices",
                summary: "Compute what a period cost anew of its tokens, by the prices in force", query: query,
                body: .reference("RepriceRequest"), answers: [.init(200, .reference("Repricing"))], errors: [400]
            ) { request, context in
                let isTrial = try AdminQuery(request, known: Set(query.map(\.name))).flag("dry_run")
                try context.access.requireDeployment("Pricing anew")
                let fields = try FieldReader(context.body, known: ["from", "to", "after"])
                let period = try Self.period(fields, now: context.access.now)
                let start = try Self.place(fields)
                guard let ledger, let audit else { throw AdminError.noLedger }
                guard await self.refresh() else {
                    throw AdminError(
                        .unavailable, "The stored prices cannot be read now. Nothing was changed.",
                        retryAfterSeconds: 1)
                }
                if !isTrial {
                    _ = try await audit.append(
                        action: "ledger.reprice", subject: "ledger", tenant: nil,
                        act: context.access.act(detail: fields.auditDetail))
                }
                let (result, last, hasMore) = try await self.steps(of: period, after: start, isTrial: isTrial, ledger)
                return Response.json(Self.answer(result, last, hasMore))
            }
        ]
    }

    /// Makes steps until the period is over or the time is.
    private func steps(
        of period: Range<UnixTime>,
        after start: LedgerRecord.ID?,
        isTrial: Bool,
        _ ledger: any LedgerStore
    ) async throws(StoreError) -> (result: Repricing, last: LedgerRecord.ID?, hasMore: Bool) {
        let snapshot = self.gateway.snapshot
        let end = self.now() + Self.patienceNanoseconds
        var result = Repricing()
        var place = start
        var hasMore = true
        var isFirst = true
        while hasMore, isFirst || self.now() < end {
            do throws(StoreError) {
                let step = try await ledger.reprice(period, after: place, isTrial: isTrial) { record, attempt in
                    snapshot.charge(of: attempt, model: record.model, receivedAt: record.id.receivedAt)
                }
                result += step.result
                place = step.last ?? place
                hasMore = step.hasMore
            } catch {
                // What was done before is not to be told as an error: the next call begins with this step.
                guard !isFirst else { throw error }
                return (result, place, true)
            }
            isFirst = false
        }
        return (result, place, hasMore)
    }

    private static func period(_ fields: FieldReader, now: UnixTime) throws(AdminError) -> Range<UnixTime> {
        let from = try fields.required("from", fields.string("from"))
        let to = try fields.required("to", fields.string("to"))
        return try LedgerParameters.reading { () throws(UsageFault) in
            try UsagePeriod.read(from: from, to: to, since: nil, now: now)
        }
    }

    private static func place(_ fields: FieldReader) throws(AdminError) -> LedgerRecord.ID? {
        guard let text = try fields.string("after").optional else { return nil }
        guard let place = LedgerRecord.ID(text) else {
            throw AdminError(.invalidField, "after: expected the next of an answer.", parameter: "after")
        }
        return place
    }

    private static func answer(_ result: Repricing, _ last: LedgerRecord.ID?, _ hasMore: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("records", Int64(result.records))
        writer.member("changed", Int64(result.changed))
        writer.member("unpriced", Int64(result.unpriced))
        writer.key("difference_usd" as StaticString)
        writer.numberText(result.difference.description)
        writer.member("through", last.map { UnixTime(milliseconds: $0.receivedAt / 1_000_000) })
        writer.member("next", hasMore ? last?.description : nil)
        writer.endObject()
        return writer.take()
    }
}
