import ArgumentParser
import SluiceCore
import SluiceServer
import SluiceWire

struct Prices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what models cost, set prices over the book, and price a period anew.",
        subcommands: [List.self, SetPrice.self, Remove.self, Reprice.self],
        defaultSubcommand: List.self
    )

    /// The path of the prices that are set here.
    static let overrides = "/prices/overrides"

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the prices in force, in US dollars per million tokens.",
            discussion: "Of the rows that fit a model of a provider, the first counts."
        )

        @OptionGroup var administration: AdministrationOptions

        @Option(help: "Only prices that hold for this provider of the configuration.")
        var provider: String?

        @Option(help: "Only built-in prices of this kind of providers.")
        var kind: String?

        @Option(help: "Only prices whose name or pattern fits this model.")
        var model: String?

        @Option(help: "Only prices that come from there: override, configuration or book.")
        var origin: String?

        @Flag(help: "Also those that do not hold today.")
        var all = false

        func run() async throws {
            var query = QueryText()
            query.add("provider", self.provider)
            query.add("kind", self.kind)
            query.add("model", self.model)
            query.add("origin", self.origin)
            query.add("all", self.all ? "true" : nil)
            let parameters = query.text
            try await self.administration.withConnection { connection in
                let prices = try await connection.json("GET", "/prices\(parameters)")
                Output.answer(prices, asJSON: self.administration.json) { Self.table($0) }
            }
        }

        private static func table(_ root: JSONNode) -> String {
            var table = TextTable(
                [
                    "origin", "of", "models", "input", "cached", "write", "write 1h", "output", "from", "until",
                    "version", "id",
                ],
                numbers: [3, 4, 5, 6, 7])
            for row in root.items("data") {
                let rates = ["input", "cached_input", "cache_write", "cache_write_1h", "output"].map { name in
                    row["rates"]?[name].flatMap { $0.isNull ? nil : String(decoding: $0.rawBytes, as: UTF8.self) }
                        ?? "-"
                }
                let names = ["from", "until", "version", "id"].map { row[$0]?.stringValue ?? "-" }
                let owner = row["provider"]?.stringValue ?? row["kind"]?.stringValue ?? "any"
                table.add(
                    [row["origin"]?.stringValue ?? "", owner, row["models"]?.stringValue ?? ""] + rates + names)
            }
            return table.text
        }
    }

    struct SetPrice: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Set what models cost, over the configuration and the book.",
            discussion: """
                For example: sluice prices set 'llama-3.3-*' input=0.20 output=0.60 from=2026-12-01

                Amounts are US dollars per million tokens: input, cached_input, cache_write, cache_write_1h, output, reasoning, \
                audio_input, audio_output; request and image are dollars for each. A price of the same models, provider and first \
                day is changed, and what is not named of it stays.
                """
        )

        @OptionGroup var administration: AdministrationOptions

        @Argument(help: "A name or a pattern, as the provider knows the models.")
        var models: String

        @Argument(help: "Fields as FIELD=VALUE; null empties one.")
        var fields: [String]

        @Option(help: "Only for this provider of the configuration.")
        var provider: String?

        func run() async throws {
            var fields = try FieldArguments(self.fields)
            let first = fields.string("from")
            guard fields.string("provider") == nil, fields.string("models") == nil else {
                throw ValidationError("say the models first, and the provider by --provider")
            }
            let body = fields.body
            fields.set("models", string: self.models)
            fields.set("provider", string: self.provider)
            try await self.administration.withConnection { [fields] connection in
                let same = try await connection.list(Prices.overrides, query: []).first { record in
                    record["models"]?.stringValue == self.models && record["provider"]?.stringValue == self.provider
                        && record["from"]?.stringValue == first
                }
                let stored =
                    if let id = same?["id"]?.stringValue {
                        try await connection.json(
                            "PATCH", "\(Prices.overrides)/\(QueryText.encoded(id))", body: body)
                    } else {
                        try await connection.json("POST", Prices.overrides, body: fields.body)
                    }
                Output.record(stored, asJSON: self.administration.json)
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a price that was set.",
            discussion: "What it priced keeps its cost until the period is priced anew.")

        @OptionGroup var administration: AdministrationOptions

        @Argument(help: "The id, as list shows it.")
        var id: String

        func run() async throws {
            try await self.administration.withConnection { connection in
                _ = try await connection.json("DELETE", "\(Prices.overrides)/\(QueryText.encoded(self.id))")
            }
        }
    }
}
