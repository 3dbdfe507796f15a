import ArgumentParser
import SluiceServer
import SluiceWire

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show one exchange with all its attempts, by the x-request-id of its answer.",
        discussion: "An exchange can be seen about a second after its end. Exits with 1 when there is none."
    )

    @OptionGroup var administration: AdministrationOptions

    @Argument(help: "The request id.")
    var requestID: String

    @Flag(help: "Show the prompt and the answer instead, where they were captured. The audit table is told.")
    var payload = false

    func run() async throws {
        if self.payload { return try await self.showPayload() }
        let path = "/exchanges/\(QueryText.encoded(self.requestID))"
        try await self.administration.withConnection { connection in
            Output.answer(
                try await connection.json("GET", path), asJSON: self.administration.json
            ) { Self.text($0) }
        }
    }

    private static let members = [
        "request_id", "received_at", "duration_ms", "first_byte_ms", "route", "model", "status", "error_type", "fault",
        "finish_reason", "streamed", "key_name", "key_id", "user", "team", "tenant", "prompt_tokens",
        "completion_tokens",
        "usage_source", "cost_usd", "price_unknown", "request_bytes", "response_bytes", "trace_id",
    ]

    private static func text(_ root: JSONNode) -> String {
        var text = ""
        for exchange in root.items("data") {
            for name in self.members {
                guard let value = self.value(exchange[name]) else { continue }
                text +=
                    name + String(repeating: " ", count: max(1, 20 - name.utf8.count)) + TextTable.visible(value) + "\n"
            }
            var table = TextTable(
                [
                    "attempt", "provider", "model", "reason", "outcome", "status", "start ms", "first ms", "ms",
                    "input", "output", "usage", "cost USD", "price",
                ],
                numbers: [0, 5, 6, 7, 8, 9, 10, 12])
            for (number, attempt) in exchange.items("attempts").enumerated() {
                let names = [
                    "provider", "target_model", "reason", "outcome", "status", "start_ms", "first_byte_ms",
                    "duration_ms",
                    "prompt_tokens", "completion_tokens", "usage_source",
                ]
                table.add(
                    [String(number + 1)] + names.map { self.value(attempt[$0]) ?? "-" } + [
                        self.value(attempt["cost"]?["total"]) ?? "-",
                        self.value(attempt["cost"]?["price_version"]) ?? "-",
                    ])
            }
            text += table.text + "\n"
        }
        return text
    }

    private static func value(_ node: JSONNode?) -> String? {
        guard let node, !node.isNull else { return nil }
        return node.stringValue ?? String(decoding: node.rawBytes, as: UTF8.self)
    }
}
