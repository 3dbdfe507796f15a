/// What a person sees at the start of a gateway that made its own key: the key, and requests to paste.
struct StartNotice {
    let address: String
    let isSecure: Bool
    let key: String
    let model: String?

    var text: String {
        let url = "\(self.isSecure ? "https" : "http")://\(self.address)"
        var lines = [
            "",
            "Sluice is listening on \(url)",
            "",
            "  key (made at this start, kept in memory only): \(self.key)",
        ]
        if let model {
            lines += [
                "",
                "A whole reply:",
                "",
                self.command(
                    url, #"{"model":"\#(model)","messages":[{"role":"user","content":"Hello!"}]}"#, flags: "-s"),
                "",
                "A stream:",
                "",
                self.command(
                    url,
                    #"{"model":"\#(model)","stream":true,"messages":[{"role":"user","content":"Hello!"}]}"#,
                    flags: "-sN"
                ),
            ]
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private func command(_ url: String, _ body: String, flags: String) -> String {
        """
          curl \(flags) \(url)/v1/chat/completions \\
            -H 'Authorization: Bearer \(self.key)' \\
            -H 'Content-Type: application/json' \\
            -d '\(body)'
        """
    }
}
