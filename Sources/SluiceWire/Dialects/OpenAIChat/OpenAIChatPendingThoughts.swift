/// The thoughts of an answer since its last tool call, which travel in the id of the next one.
struct OpenAIChatPendingThoughts: Sendable {
    private var thoughts: [ThinkingCarrier.Thought] = []
    private var hasSeal = false
    private var byteCount = 0

    /// Adds a thought; `text` is `nil` for one that only its vendor can read.
    mutating func append(_ text: JSONString?, _ signature: NeutralSignature?) {
        byteCount += (text?.escaped.count ?? 0) + (signature?.value.escaped.count ?? 0)
        if signature != nil { hasSeal = true }
        // What is longer than a token may be is not kept; the marks stay, so that the loss is seen.
        let isKept = byteCount <= ThinkingCarrier.limitBytes
        thoughts.append(
            ThinkingCarrier.Thought(
                text: isKept ? text : text.map { _ in .empty }, isRedacted: text == nil,
                signature: isKept ? signature : nil, precedesText: false))
    }

    /// A text follows the thoughts so far.
    mutating func textFollows() {
        for index in thoughts.indices { thoughts[index].precedesText = true }
    }

    /// The id for the client of the call that comes now, and with it all thoughts, where any of them is sealed.
    mutating func takeID(
        of id: String,
        signature: NeutralSignature?,
        _ context: inout ResponseWriting
    ) -> String {
        var carried = hasSeal ? thoughts : []
        if hasSeal, byteCount > ThinkingCarrier.limitBytes {
            context.losses.drop("thinking")
            carried = []
        }
        if let signature { carried.append(ThinkingCarrier.Thought(text: nil, signature: signature)) }
        thoughts = []
        hasSeal = false
        byteCount = 0
        return ToolCallCarrier.encode(id, thoughts: carried, seal: context.seal, losses: &context.losses)
    }
}
