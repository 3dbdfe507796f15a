/// The message that is being written: neutral messages of one role become one, since the vendor's roles must alternate.
struct BedrockTurn {
    /// Whose message is open; `nil` between messages.
    var role: BedrockRole?
    /// Whether any message has been begun.
    var hasBegun = false
    /// Members beside `role` and `content`, for the end of the message.
    var extras: [NeutralExtras.Field] = []
    /// Whether it holds a document, which needs a text beside it.
    var hasDocument = false
    /// Whether it holds a text.
    var hasText = false
    /// How many blocks have been written in all.
    var blockCount = 0
    /// Calls, by the ids that are sent, whose results have not come.
    var pendingCalls: [String] = []
    /// System messages that stand between a call and its results, which nothing may part.
    var heldSystem: [NeutralMessage] = []
}

/// The vendor's roles.
enum BedrockRole: String {
    case user, assistant, system
}
