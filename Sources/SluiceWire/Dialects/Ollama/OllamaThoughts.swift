/// The sealed thoughts of a turn on their way into the ids of its tool calls, since Ollama's messages have no field for
/// seals. Thoughts without a seal need not come back and are shown as text only.
struct OllamaThoughts {
    private var thoughts: [ThinkingCarrier.Thought] = []
    private var hasText = false

    /// Text of the turn was seen: thoughts that follow stand after it.
    mutating func sawText() {
        hasText = true
    }

    mutating func add(_ text: JSONString?, isRedacted: Bool = false, signature: NeutralSignature?) {
        thoughts.append(
            ThinkingCarrier.Thought(text: text, isRedacted: isRedacted, signature: signature, precedesText: !hasText))
    }

    /// The id of a call for the client, with the thoughts since the call before it.
    mutating func id(
        for call: NeutralToolCall, signature: NeutralSignature?, seal: any CarrierSeal, losses: inout ConversionLosses
    ) -> String {
        if let signature {
            thoughts.append(ThinkingCarrier.Thought(text: nil, signature: signature, precedesText: false))
        }
        // A thought is of use only together with the others of its step.
        let isSealed = thoughts.contains { $0.signature != nil }
        defer { thoughts = [] }
        return ToolCallCarrier.encode(call.id, thoughts: isSealed ? thoughts : [], seal: seal, losses: &losses)
    }
}
