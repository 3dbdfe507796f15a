/// Where in a body a reader is; made a text only when there is a fault to tell of.
struct BedrockPath {
    /// The array at the beginning: `messages`, `system`.
    var root: String
    /// The message.
    var message: Int?
    /// The block.
    var block: Int?

    /// The path of a member of where the reader is: `messages[3].content[0].image.format`.
    func member(_ name: String = "") -> String {
        var text = root
        if let message { text += "[\(message)].content" }
        if let block { text += "[\(block)]" }
        return name.isEmpty ? text : "\(text).\(name)"
    }
}
