import ArgumentParser
import SluiceCore
import SluiceServer
import SluiceWire

struct Prices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what models cost, and price a period anew.",
        subcommands: [List.self, Reprice.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the prices in force, in US dollars per million tokens.")

        @OptionGroup var administration: AdministrationOptions

        @Option(help: "Only prices that hold for this provider of the configuration.")
        var provider: String?

        @Option(help: "Only built-in prices of this kind of providers.")
        var kind: String?

        @Option(help: "Only prices whose name or pattern fits this model.")
        var model: String?

        @Flag(help: "Also those that do not hold today.")
        var all = false

        func run() async throws {
            var query = QueryText()
            query.add("provider", self.provider)
            query.add("kind", self.kind)
            query.add("model", self.model)
            query.add("all", self.all ? "true" : nil)
            let parameters = query.text
            try await self.administration.withConnection { connection in
                let prices = try await connection.json("GET", "/prices\(parameters)")
                Output.answer(prices, asJSON: self.administration.json) { Self.table($0) }
            }
        }

        private static func table(_ root: JSONNode) -> String {
            var table = TextTable(
                ["of", "models", "input", "cached", "write", "write 1h", "output", "from", "until", "version"],
                numbers: [2, 3, 4, 5, 6])
            for row in root.items("data") {
                let rates = ["input", "cached_input", "cache_write", "cache_write_1h", "output"].map { name in
                    row["rates"]?[name].flatMap { $0.isNull ? nil : String(decoding: $0.rawBytes, as: UTF8.self) }
                        ?? "-"
                }
                let names = ["from", "until", "version"].map { row[$0]?.stringValue ?? "-" }
                let owner = row["provider"]?.stringValue ?? row["kind"]?.stringValue ?? "any"
                table.add([owner, row["models"]?.stringValue ?? ""] + rates + names)
            }
            return table.text
        }
    }

    struct Reprice: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compute what a period cost anew of its tokens, by the prices in force.",
            discussion: "The period is worked through day by day; what is done stays done when it is interrupted."
        )

        @OptionGroup var administration: AdministrationOptions

        @Option(help: "From when: a day or a time, 2026-11-05 or 2026-11-05T12:00:00Z.")
        var from: String

        @Option(help: "Until when; not part of the period.")
        var to: String

        func validate() throws {
            guard let from = UsagePeriod.time(self.from), let to = UsagePeriod.time(self.to), from < to else {
                throw ValidationError("--from and --to: expected two days or times, the first before the second")
            }
        }

        func run() async throws {
            guard var start = UsagePeriod.time(self.from), let end = UsagePeriod.time(self.to) else { return }
            var total = Repricing()
            try await self.administration.withConnection { connection in
                while start < end {
                    let next = min(end, start.advanced(by: .seconds(86_400)))
                    let done = try await connection.json(
                        "POST", "/prices/reprice", body: Self.body(start, next), isLong: true)
                    total.records += done?["records"]?.intValue ?? 0
                    total.changed += done?["changed"]?.intValue ?? 0
                    let text = done?["difference_usd"].map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "0"
                    let amount = NanoUSD(dollars: text.hasPrefix("-") ? String(text.dropFirst()) : text) ?? .zero
                    total.difference = text.hasPrefix("-") ? total.difference - amount : total.difference + amount
                    StandardError.print("\(Self.text(next)): \(total.records) exchanges, \(total.changed) changed")
                    start = next
                }
                let text =
                    self.administration.json
                    ? #"{"records":\#(total.records),"changed":\#(total.changed),"difference_usd":\#(total.difference)}"#
                    : "\(total.changed) of \(total.records) exchanges cost something else now: \(total.difference) USD in all."
                print(text)
            }
        }

        private static func text(_ time: UnixTime) -> String {
            CivilTime(secondsSince1970: time.milliseconds / 1000).text
        }

        private static func body(_ from: UnixTime, _ to: UnixTime) -> [UInt8] {
            var json = JSONWriter()
            json.beginObject()
            json.key("from" as StaticString)
            json.string(self.text(from))
            json.key("to" as StaticString)
            json.string(self.text(to))
            json.endObject()
            return json.take()
        }
    }
}
