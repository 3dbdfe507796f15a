import ArgumentParser
import SluiceCore
import SluiceServer
import SluiceWire

struct Usage: AsyncParsableCommand {
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case csv
        case ndjson
    }

    static let configuration = CommandConfiguration(
        abstract: "Sum up what was used and what it cost, or export the exchanges of a period.",
        discussion: "Times are UTC. An exchange is counted about a second after its end."
    )

    @OptionGroup var administration: AdministrationOptions

    @Option(help: "Groups, with commas between them: \(UsageDimension.names.joined(separator: ", ")), tag:NAME.")
    var by: String?

    @Option(help: "How far back: 90m, 24h, 7d, 4w. 7d without --from.")
    var since: String?

    @Option(help: "From when: a day or a time, 2026-11-05 or 2026-11-05T12:00:00Z.")
    var from: String?

    @Option(help: "Until when; now by default.")
    var to: String?

    @Option(help: "Groups by time: hour, day or month.")
    var interval: String?

    @Option(help: "What comes first: cost, tokens, requests or time.")
    var order: String?

    @Option(help: "How many rows.")
    var limit: Int?

    @Option(help: "Only this model, as clients name it.")
    var model: String?

    @Option(help: "Only this provider.")
    var provider: String?

    @Option(help: "Only this key, by its public id.")
    var keyID: String?

    @Option(help: "Only this user.")
    var user: String?

    @Option(help: "Only this team.")
    var team: String?

    @Option(help: "Only this tenant.")
    var tenant: String?

    @Option(help: "Only keys with this tag, as name:value.")
    var tag: String?

    @Option(help: "Only these statuses: 404, 4xx, 500-599.")
    var status: String?

    @Option(help: "Print the exchanges instead, one a line, request_id first: csv or ndjson.")
    var export: Form?

    func validate() throws {
        guard self.export == nil || (self.by ?? self.interval ?? self.order) == nil else {
            throw ValidationError(
                "--export prints single exchanges, which are in no groups and in the order of their times.")
        }
    }

    func run() async throws {
        var query = QueryText()
        query.add("from", self.from)
        query.add("to", self.to)
        query.add("since", self.since ?? (self.from == nil ? "7d" : nil))
        query.add("by", self.by)
        query.add("interval", self.interval)
        query.add("order", self.order)
        query.add("limit", self.limit.map { String($0) })
        query.add("model", self.model)
        query.add("provider", self.provider)
        query.add("key_id", self.keyID)
        query.add("user", self.user)
        query.add("team", self.team)
        query.add("tenant_id", self.tenant)
        query.add("tag", self.tag)
        query.add("status", self.status)
        query.add("format", self.export?.rawValue)
        let parameters = query.text
        try await self.administration.withConnection { connection in
            guard self.export == nil else { return try await connection.print("/exchanges\(parameters)") }
            let sums = try await connection.json("GET", "/usage\(parameters)", isLong: true)
            Output.answer(sums, asJSON: self.administration.json) { self.table($0) }
        }
    }

    private func table(_ root: JSONNode) -> String {
        let groups =
            (self.interval == nil ? [] : ["start"]) + (self.by?.split(separator: ",").map { String($0) } ?? [])
        let sums = [
            "requests", "failures", "prompt_tokens", "completion_tokens", "cache_hit_rate", "cost_usd",
            "cache_saving_usd",
            "unpriced_attempts",
        ]
        let heads = groups + ["requests", "failed", "input", "output", "cached", "cost USD", "saved USD", "unpriced"]
        var table = TextTable(heads, numbers: Set(groups.count..<heads.count))
        for row in root.items("data") {
            table.add(groups.map { row[$0]?.stringValue ?? "-" } + sums.map { Self.number(row[$0], $0) })
        }
        if !groups.isEmpty, let total = root["total"] {
            table.add(
                ["total"] + groups.dropFirst().map { _ in "" } + sums.map { Self.number(total[$0], $0) })
        }
        return table.text
    }

    private static func number(_ node: JSONNode?, _ name: String) -> String {
        guard let node, !node.isNull else { return "-" }
        if name == "cache_hit_rate" { return "\(Int(((node.doubleValue ?? 0) * 100).rounded()))%" }
        return String(decoding: node.rawBytes, as: UTF8.self)
    }
}
