/// A part of a client's stream that is open.
enum OpenAIChatOpenPart {
    case text
    case refusal
    case thinking(Thought)
    case call(number: Int, isCustom: Bool, hasArguments: Bool)
    case legacyCall(hasArguments: Bool)
    case nothing

    /// A thought so far, kept for its seal.
    struct Thought {
        /// More is not kept: the client would have to send it back.
        static let limitBytes = 4 * ThinkingCarrier.limitBytes

        var texts: [JSONString] = []
        var byteCount = 0
        var signature: NeutralSignature?

        mutating func append(_ text: JSONString) {
            byteCount += text.escaped.count
            if byteCount <= Self.limitBytes { texts.append(text) } else { texts = [] }
        }
    }
}
