import Hummingbird
import SluiceCore

/// The query of a call that reads the ledger.
struct LedgerParameters {
    /// In which form the answer is.
    enum Format: String, CaseIterable {
        case json
        case csv
        case ndjson

        var contentType: String {
            switch self {
            case .json: "application/json"
            case .csv: "text/csv; charset=utf-8"
            case .ndjson: "application/x-ndjson"
            }
        }
    }

    static let period: [AdminProperty] = [
        AdminProperty("from", .string(), "From when: a time like 2026-11-05T12:00:00Z, or a day."),
        AdminProperty("to", .string(), "Until when; not part of the period. Now by default."),
        AdminProperty(
            "since", .string(), "Instead of from: how long before the end, like 90m, 24h, 7d. 30d by default."),
    ]

    static let tenant = AdminProperty("tenant_id", .string(), "Only what is this tenant's.")

    /// Those beside the tenant, which a page of records has already.
    static let filters: [AdminProperty] = [
        AdminProperty("key_id", .string(), "Only this key, by its public id."),
        AdminProperty("user", .string(), "Only this user."),
        AdminProperty("team", .string(), "Only this team."),
        AdminProperty("model", .string(), "Only this model, as clients name it."),
        AdminProperty("provider", .string(), "Only attempts of this provider, and exchanges that it answered."),
        AdminProperty("tag", .string(), "Only keys with this tag, as name:value."),
        AdminProperty("status", .string(), "Only these statuses: 404, 4xx or 500-599."),
    ]

    static let format = AdminProperty(
        "format", .words(Format.allCases.map(\.rawValue)), "The form of the answer; csv and ndjson are streamed.")

    let query: AdminQuery
    let scope: TenantScope
    let format: Format

    init(_ request: Request, _ context: AdminContext, known: [AdminProperty]) throws(AdminError) {
        self.query = try AdminQuery(request, known: Set(known.map(\.name)))
        self.scope = try self.query.scope(within: context.access)
        let text = self.query["format"] ?? Format.json.rawValue
        guard let format = Format(rawValue: text) else {
            throw AdminError(.invalidQuery, "format: expected json, csv or ndjson.", parameter: "format")
        }
        self.format = format
    }

    /// Reads what Core says of these parameters.
    static func reading<Value>(_ read: () throws(UsageFault) -> Value) throws(AdminError) -> Value {
        do throws(UsageFault) {
            return try read()
        } catch {
            throw AdminError(.invalidQuery, error.message, parameter: error.parameter)
        }
    }
}

extension AdminError {
    /// The configuration keeps no ledger.
    static let noLedger = AdminError(.storageOff, "This gateway keeps no ledger: storage.database is off.")
}
