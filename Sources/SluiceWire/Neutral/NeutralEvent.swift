/// One step of a streamed answer.
///
/// The order: ``start(_:)`` once; then parts, each ``partStart(index:_:)``, deltas, ``partEnd(index:)``; then
/// ``finish(_:)``; then ``end``. ``usage(_:)`` may come at any time between `start` and `end`, and the last one counts.
/// ``ping`` may come at any time. ``error(_:)`` ends the stream in place of all that would follow. Indexes count from 0 in
/// the order of `partStart`. Several parts may be open at once, since OpenAI's streams may interleave tool calls; a writer
/// that can have only one open puts a ``NeutralSequencer`` before itself. A stream that ends without `end` was cut.
public enum NeutralEvent: Sendable, Hashable {
    /// The answer begins.
    case start(NeutralStart)
    /// A part begins.
    case partStart(index: Int, NeutralPartStart)
    /// More text of an open part: of the text, the thoughts, the refusal, or the tool call's arguments.
    case delta(index: Int, JSONString)
    /// The vendor's seal of an open part, whole; at most once for each part, before its end.
    case signature(index: Int, NeutralSignature)
    /// Something about the text of an open part: about what came of it so far, or all of it.
    case annotation(index: Int, NeutralAnnotation)
    /// A part is complete.
    case partEnd(index: Int)
    /// The answer is complete, and why.
    case finish(NeutralFinish)
    /// What it cost so far; replaces what was said before.
    case usage(TokenUsage)
    /// The vendor said that the stream is complete.
    case end
    /// Nothing, to keep the connection alive.
    case ping
    /// The vendor gave up.
    case error(NeutralError)
}

/// How a streamed answer begins.
public struct NeutralStart: Sendable, Hashable {
    /// The vendor's id of the answer.
    public var id: String?
    /// The model that answers, by the vendor's name.
    public var model: String?
    /// What the prompt cost, where the vendor says so at the beginning.
    public var usage: TokenUsage?

    /// Makes a beginning.
    public init(id: String? = nil, model: String? = nil, usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.usage = usage
    }
}

/// What kind of part begins.
public enum NeutralPartStart: Sendable, Hashable {
    /// Text for the reader.
    case text
    /// Text that refuses.
    case refusal
    /// Thoughts.
    case thinking
    /// Thoughts that only the vendor can read; there are no deltas.
    case redactedThinking(NeutralSignature)
    /// A call; deltas are its arguments. `signature`: Gemini's seal over the call.
    case toolCall(id: String, name: String, signature: NeutralSignature? = nil)
    /// A picture, sound or file that the model made, whole; there are no deltas.
    case media(NeutralPart)
    /// A part that only one vendor understands, whole; there are no deltas.
    case opaque(NeutralOpaque)
}
