import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// What a key may read of the ledger: `GET /v1/usage` its own usage, `GET /api/stats` that of its tenant.
extension LocalEndpoints {
    /// How many models `GET /api/stats` names.
    private static let topModels = 10

    /// Sums of the requests that the key made: `from`, `to` or `since`, `by`, `interval`, `order`, `limit`, and filters by `model`,
    /// `provider`, `status`.
    ///
    /// Shape: `{"object":"usage","from","to","data":[{...}],"total":{...}}`.
    func usage(_ state: ExchangeState) async throws(GatewayError) -> LocalAnswer {
        let (store, principal) = try self.reading(state)
        let parameters = try Self.parameters(
            state.exchange.head.query, known: UsageQuery.parameterNames + ["model", "provider", "status"])
        var query: UsageQuery
        do throws(UsageFault) {
            query = try UsageQuery(parameters: { parameters[$0] }, now: Self.now(state))
        } catch {
            throw GatewayError(.invalidParameter, error.message, parameter: error.parameter)
        }
        query.filter.keyID = principal.keyID
        do throws(StoreError) {
            let rows = try await store.usage(query, in: Self.scope(principal))
            let total = try await store.totals(query.range, where: query.filter, in: Self.scope(principal))
            var json = JSONWriter(capacity: 512 + rows.count * 512)
            json.beginObject()
            json.key("object" as StaticString)
            json.string("usage")
            json.key("from" as StaticString)
            json.string(CivilTime(secondsSince1970: query.range.lowerBound.milliseconds / 1000).text)
            json.key("to" as StaticString)
            json.string(CivilTime(secondsSince1970: query.range.upperBound.milliseconds / 1000).text)
            json.key("data" as StaticString)
            json.beginArray()
            for row in rows { row.write(query, to: &json) }
            json.endArray()
            json.key("total" as StaticString)
            json.beginObject()
            total.writeSums(to: &json)
            json.endObject()
            json.endObject()
            return LocalAnswer(body: ByteBuffer(bytes: json.take()))
        } catch {
            throw Self.failure(error)
        }
    }

    /// The sums of the key's tenant since the ledger began; of a key without a tenant its own.
    ///
    /// Shape: `{"total_requests","total_tokens","avg_latency_ms","requests_last_hour","top_models":[{"model","request_count",
    /// "total_tokens"}],"error_rate"}`, the rate from 0 to 1.
    func stats(_ state: ExchangeState) async throws(GatewayError) -> LocalAnswer {
        let (store, principal) = try self.reading(state)
        _ = try Self.parameters(state.exchange.head.query, known: [])
        let now = Self.now(state)
        // Records of this very moment count too.
        let range = UnixTime(milliseconds: 0)..<now.advanced(by: .milliseconds(1))
        let hour = now.advanced(by: .seconds(-3600))..<range.upperBound
        var filter = UsageFilter()
        if principal.tenant == nil { filter.keyID = principal.keyID }
        let scope = Self.scope(principal)
        do throws(StoreError) {
            let total = try await store.totals(range, where: filter, in: scope)
            let lastHour = try await store.totals(hour, where: filter, in: scope)
            let models = try await store.usage(
                UsageQuery(range: range, by: [.model], filter: filter, order: .requests, limit: Self.topModels + 1),
                in: scope)
            return LocalAnswer(body: ByteBuffer(bytes: Self.stats(total, lastHour, models)))
        } catch {
            throw Self.failure(error)
        }
    }

    static func stats(_ total: UsageRow, _ lastHour: UsageRow, _ models: [UsageRow]) -> [UInt8] {
        let requests = Double(max(1, total.requests))
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("total_requests" as StaticString)
        json.numberText(String(total.requests))
        json.key("total_tokens" as StaticString)
        json.integer(total.tokens.totalTokens)
        json.key("avg_latency_ms" as StaticString)
        json.double(Double(total.durationNanoseconds) / requests / 1_000_000)
        json.key("requests_last_hour" as StaticString)
        json.numberText(String(lastHour.requests))
        json.key("top_models" as StaticString)
        json.beginArray()
        // Requests without a known model are no model's.
        for row in models.filter({ $0.values.first.flatMap { $0 } != nil }).prefix(self.topModels) {
            json.beginObject()
            json.key("model" as StaticString)
            json.string(row.values.first.flatMap { $0 } ?? "")
            json.key("request_count" as StaticString)
            json.numberText(String(row.requests))
            json.key("total_tokens" as StaticString)
            json.integer(row.tokens.totalTokens)
            json.endObject()
        }
        json.endArray()
        json.key("error_rate" as StaticString)
        json.double(Double(total.failures) / requests)
        json.endObject()
        return json.take()
    }

    // MARK: Who may read what

    private func reading(_ state: ExchangeState) throws(GatewayError) -> (any UsageStore, Principal) {
        guard let principal = state.record.principal else {
            throw GatewayError(.unauthenticated, "Usage is that of a key: send one as Authorization: Bearer.")
        }
        guard let store = self.usageStore else {
            throw GatewayError(.pathNotFound, "This gateway keeps no ledger: storage.database is off.")
        }
        return (store, principal)
    }

    private static func scope(_ principal: Principal) -> TenantScope {
        principal.tenant.map { .tenant(TenantID($0)) } ?? .all
    }

    private static func now(_ state: ExchangeState) -> UnixTime {
        UnixTime(milliseconds: state.record.receivedAt / 1_000_000)
    }

    private static func failure(_ error: StoreError) -> GatewayError {
        error.kind == .invalid
            ? GatewayError(.invalidParameter, error.message)
            : GatewayError(.overloaded, "The ledger cannot be read now; try again.", retryAfterSeconds: 1)
    }

    /// The parameters of a query, each of which is known and stands once.
    static func parameters(_ query: Substring?, known: [String]) throws(GatewayError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in query?.split(separator: "&") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ PercentDecoding.decode($0) }),
                let value = PercentDecoding.decode(parts.count > 1 ? parts[1] : "")
            else { throw GatewayError(.malformedRequest, "The query is not percent-encoded as it should be.") }
            guard known.contains(name), values[name] == nil else {
                let shown = known.isEmpty ? "none" : known.joined(separator: ", ")
                throw GatewayError(
                    .invalidParameter, "The parameters that are taken here, each once: \(shown).",
                    parameter: Quoted.name(name))
            }
            if !value.isEmpty { values[name] = value }
        }
        return values
    }
}
