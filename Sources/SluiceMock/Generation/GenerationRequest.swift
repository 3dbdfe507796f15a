import SluiceWire

/// What the text dialects have in common once a request is checked: all that an answer depends on.
struct GenerationRequest: Sendable {
    var model: String
    var isStreaming = false
    /// Whether the client asked for usage at the end of a stream; dialects that always send it leave this true.
    var includesUsage = true
    /// The text of the last user message.
    var lastUserText = ""
    /// The text of the last message when that is a tool's result.
    var toolResult: String?
    /// Bytes of all text in the prompt, tools included.
    var promptBytes = 0
    var messageCount = 0
    var tokenLimit: Int?
    var choiceCount = 1
    var tools: [OfferedTool] = []
    var toolChoice = ToolChoice.auto
    var allowsParallelTools = true
    /// The JSON schema that the answer has to follow.
    var outputSchema: JSONNode?
    /// Whether the answer has to be a JSON object, of any shape.
    var wantsJSONObject = false
    /// Whether the request asks the model to think.
    var asksToThink = false

    struct OfferedTool: Sendable {
        var name: String
        var schema: JSONNode?
        /// Whether the tool takes free text instead of JSON.
        var isCustom = false
    }

    enum ToolChoice: Sendable, Equatable {
        case auto, none, required
        case named(String)
    }

    /// What makes two answers differ: the last user text and the number of messages. The model's name and the
    /// options of a stream have no part in it, so that an answer through a gateway that rewrites those is the same
    /// to the byte.
    var seed: UInt64 {
        DeterministicHash.mix(DeterministicHash.of(lastUserText.utf8), messageCount)
    }

    /// Prompt tokens by the rule of this mock: a token is four bytes of UTF-8, rounded up, and there is at least one.
    var promptTokens: Int {
        max(1, (promptBytes + 3) / 4)
    }
}
