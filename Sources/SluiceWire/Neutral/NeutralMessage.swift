/// One turn of a conversation.
public struct NeutralMessage: Sendable, Hashable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable {
        /// The operator's instructions.
        case system
        /// The same under OpenAI's newer name; dialects without it take it as ``system``.
        case developer
        /// The person.
        case user
        /// The model.
        case assistant
        /// The tools that the model called: only ``NeutralPart/Content/toolResult(_:)`` parts, all results of one turn.
        case tool
    }

    /// Who speaks.
    public var role: Role
    /// What is said, in order.
    public var parts: [NeutralPart]
    /// A name that tells speakers of one role apart.
    public var name: JSONString?
    /// What only one vendor understands.
    public var extras: NeutralExtras

    /// Makes a message.
    public init(_ role: Role, _ parts: [NeutralPart], name: JSONString? = nil, extras: NeutralExtras = NeutralExtras())
    {
        self.role = role
        self.parts = parts
        self.name = name
        self.extras = extras
    }

    /// Makes a message of one text.
    public init(_ role: Role, text: JSONString) {
        self.init(role, [NeutralPart(.text(text))])
    }
}
