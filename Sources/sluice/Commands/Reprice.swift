import ArgumentParser
import SluiceCore
import SluiceServer
import SluiceWire

struct Reprice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute what a period cost anew of its tokens, by the prices in force.",
        discussion: "What is done stays done when it is interrupted; the same command again does the rest."
    )

    @OptionGroup var administration: AdministrationOptions

    @Option(help: "From when: a day or a time, 2026-11-05 or 2026-11-05T12:00:00Z.")
    var from: String

    @Option(help: "Until when; not part of the period.")
    var to: String

    @Flag(help: "Change nothing, and say what would change.")
    var dryRun = false

    func validate() throws {
        guard let from = UsagePeriod.time(self.from), let to = UsagePeriod.time(self.to), from < to else {
            throw ValidationError("--from and --to: expected two days or times, the first before the second")
        }
    }

    func run() async throws {
        let path = "/prices/reprice" + (self.dryRun ? "?dry_run=true" : "")
        try await self.administration.withConnection { connection in
            var total = Repricing()
            var place: String?
            repeat {
                guard let done = try await connection.json("POST", path, body: self.body(after: place)) else { break }
                total += Self.result(done)
                place = done["next"]?.stringValue
                if let through = done["through"]?.stringValue {
                    StandardError.print("\(through): \(total.records) exchanges, \(total.changed) changed")
                }
            } while place != nil
            print(self.administration.json ? Self.json(total) : self.text(total))
        }
    }

    private func text(_ total: Repricing) -> String {
        let what = self.dryRun ? "would cost" : "cost"
        var text =
            "\(total.changed) of \(total.records) exchanges \(what) something else now: \(total.difference) USD in all."
        if total.unpriced > 0 { text += " The price of \(total.unpriced) is not known." }
        return text
    }

    private func body(after place: String?) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("from" as StaticString)
        json.string(self.from)
        json.key("to" as StaticString)
        json.string(self.to)
        if let place {
            json.key("after" as StaticString)
            json.string(place)
        }
        json.endObject()
        return json.take()
    }

    private static func json(_ total: Repricing) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("records" as StaticString)
        json.integer(total.records)
        json.key("changed" as StaticString)
        json.integer(total.changed)
        json.key("unpriced" as StaticString)
        json.integer(total.unpriced)
        json.key("difference_usd" as StaticString)
        json.numberText(total.difference.description)
        json.endObject()
        return String(decoding: json.take(), as: UTF8.self)
    }

    private static func result(_ answer: JSONNode) -> Repricing {
        var result = Repricing()
        result.records = answer["records"]?.intValue ?? 0
        result.changed = answer["changed"]?.intValue ?? 0
        result.unpriced = answer["unpriced"]?.intValue ?? 0
        let text = answer["difference_usd"].map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "0"
        let amount = NanoUSD(dollars: text.hasPrefix("-") ? String(text.dropFirst()) : text) ?? .zero
        result.difference = text.hasPrefix("-") ? .zero - amount : amount
        return result
    }
}
