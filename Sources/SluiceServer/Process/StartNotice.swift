/// What a person sees at the start of a gateway whose keys do not stand in its configuration: its address, the keys that were made, and
/// requests to paste.
struct StartNotice {
    /// Which keys the gateway has.
    enum Keys: Sendable, Equatable {
        /// One that ends with the process.
        case inMemory(String)
        /// Those of the first start, which are shown this once.
        case made(admin: String?, client: String)
        /// Those of the database, whose secrets nobody can show.
        case stored
    }

    let address: String
    let isSecure: Bool
    let keys: Keys
    /// A model that can be asked, if one is known.
    let model: String?

    var text: String {
        let url = "\(self.isSecure ? "https" : "http")://\(self.address)"
        let lines = ["", "Sluice is listening on \(url)", ""] + self.keyLines + [""] + self.commands(url)
        return lines.joined(separator: "\n") + "\n\n"
    }

    private var keyLines: [String] {
        switch self.keys {
        case .inMemory(let key):
            return ["  key (made at this start, kept in memory only): \(key)"]
        case .made(let admin, let client):
            return ["  The first keys were made. They are shown this once; only their hashes are stored.", ""]
                + (admin.map { ["  admin key:  \($0)"] } ?? []) + ["  client key: \(client)"]
        case .stored:
            return [
                "  Keys are in the database. `sluice keys create` makes another, `sluice keys rotate ID` a new secret for",
                "  one that was lost.",
            ]
        }
    }

    /// The key as it stands in a request to paste.
    private var pasted: String {
        switch self.keys {
        case .inMemory(let key), .made(_, let key): key
        case .stored: "$SLUICE_KEY"
        }
    }

    private func commands(_ url: String) -> [String] {
        guard let model = self.model else {
            return ["What it serves:", "", "  curl -s \(url)/v1/models -H \"Authorization: Bearer \(self.pasted)\""]
        }
        let message = #""messages":[{"role":"user","content":"Hello!"}]"#
        return [
            "A whole reply:", "", self.command(url, #"{"model":"\#(model)",\#(message)}"#, flags: "-s"), "",
            "A stream:", "", self.command(url, #"{"model":"\#(model)","stream":true,\#(message)}"#, flags: "-sN"),
        ]
    }

    private func command(_ url: String, _ body: String, flags: String) -> String {
        """
          curl \(flags) \(url)/v1/chat/completions \\
            -H "Authorization: Bearer \(self.pasted)" \\
            -H 'Content-Type: application/json' \\
            -d '\(body)'
        """
    }
}
