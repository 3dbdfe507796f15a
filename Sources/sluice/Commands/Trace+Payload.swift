import SluiceServer
import SluiceWire

extension Trace {
    /// Prints what the client sent and received.
    func showPayload() async throws {
        let path = "/exchanges/\(QueryText.encoded(self.requestID))/payload"
        try await self.administration.withConnection { connection in
            Output.answer(
                try await connection.json("GET", path), asJSON: self.administration.json
            ) { Self.payloadText($0) }
        }
    }

    private static func payloadText(_ root: JSONNode) -> String {
        var text = ""
        for payload in root.items("data") {
            for name in ["request_id", "received_at", "route", "model", "tenant", "key_id", "status", "redactions"] {
                guard let value = payload[name], !value.isNull else { continue }
                let shown = value.stringValue ?? String(decoding: value.rawBytes, as: UTF8.self)
                text +=
                    name + String(repeating: " ", count: max(1, 20 - name.utf8.count)) + TextTable.visible(shown) + "\n"
            }
            for name in ["request", "answer"] {
                guard let body = payload[name] else { continue }
                let count = body["bytes"].map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "0"
                let isCut = body["truncated"]?.boolValue == true
                text += "\n--- \(name), \(count) bytes\(isCut ? ", of which the beginning was kept" : "")\n"
                let lines = (body["text"] ?? body["base64"])?.stringValue ?? ""
                for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
                    text += TextTable.visible(String(line)) + "\n"
                }
            }
        }
        return text
    }
}
