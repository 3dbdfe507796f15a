/// One message of a request to the vendor.
struct AnthropicTurn {
    enum Role: String {
        case user
        case assistant
        case system
    }

    var role: Role
    /// The results of the calls in the assistant's turn before; they stand first.
    var results: [NeutralPart] = []
    /// All else, in order.
    var parts: [NeutralPart] = []
    /// Fields beside the content.
    var extras = NeutralExtras()

    /// Whether the turn has a thought that goes back to its model.
    var hasThoughts: Bool { parts.contains(where: Self.isThought) }

    /// Whether a part is a thought.
    static func isThought(_ part: NeutralPart) -> Bool {
        switch part.content {
        case .thinking, .redactedThinking: true
        default: false
        }
    }
}
