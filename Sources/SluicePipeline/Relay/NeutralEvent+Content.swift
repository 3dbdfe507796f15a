import SluiceWire

extension NeutralEvent {
    /// Whether it carries a piece of the answer: a beginning of a text is none, its first letters are.
    var hasContent: Bool {
        switch self {
        case .delta(_, let text): !text.isEmpty
        case .signature: true
        case .partStart(_, let start):
            switch start {
            case .toolCall, .media, .opaque, .redactedThinking: true
            case .text, .thinking, .refusal: false
            }
        case .start, .usage, .finish, .end, .error, .partEnd, .annotation, .ping: false
        }
    }

    /// How many bytes of text it carries, as they stand in the JSON.
    var contentBytes: Int {
        switch self {
        case .delta(_, let text): text.escaped.count
        case .partStart(_, .toolCall(_, let name, _)): name.utf8.count
        case .partStart, .start, .signature, .usage, .finish, .end, .error, .partEnd, .annotation, .ping: 0
        }
    }

    /// Whether it ends the answer, or says why it ended.
    var isEnd: Bool {
        switch self {
        case .finish, .end: true
        default: false
        }
    }
}
