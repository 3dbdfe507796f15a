/// What a surface is for: surfaces of one operation can be converted into each other.
public enum Operation: Sendable, Hashable {
    /// Text, tools and thoughts for a conversation.
    case chat
    /// Vectors for texts.
    case embed
    /// An order of documents by a query.
    case rerank
    /// How many tokens a conversation has.
    case countTokens
    /// What only providers of the surface's own dialect serve: images, audio, moderation.
    case native
}
