/// Where in a request's messages something stands; its text is made only for an error.
struct OpenAIChatPlace {
    var message: Int
    var part: Int?

    init(message: Int, part: Int? = nil) {
        self.message = message
        self.part = part
    }

    /// The path of a member: `messages[3].content[0].type`.
    func field(_ member: String = "") -> String {
        var path = "messages[\(message)]"
        if let part { path += ".content[\(part)]" }
        return member.isEmpty ? path : "\(path).\(member)"
    }
}
