/// Where a value stands in a request, in the client's words; made into text only for an error.
struct AnthropicPath {
    /// `messages` or `system`.
    var root: StaticString
    /// Which message; `nil` in `system`.
    var message: Int?
    /// Which block of its content.
    var block: Int?
    /// Which block of a tool result's content.
    var inner: Int?

    init(_ root: StaticString, _ message: Int? = nil) {
        self.root = root
        self.message = message
    }

    /// The path of a field, or of the place itself: `messages[3].content[0].type`.
    func field(_ name: String? = nil) -> String {
        var text = root.description
        if let message {
            text += "[\(message)]"
            if let block { text += ".content[\(block)]" }
        } else if let block {
            text += "[\(block)]"
        }
        if let inner { text += ".content[\(inner)]" }
        if let name { text += ".\(name)" }
        return text
    }
}
