/// Requests in the form before tools: `functions`, `function_call`, and answers in a `function_call` member.
enum OpenAIChatLegacy {
    private static let field = "functions"

    /// Remembers that the client knows no tool calls, so that the answer has a `function_call`.
    static func mark(_ request: inout NeutralRequest) {
        request.extras.append(field, JSONFragment(written: Array("true".utf8)), from: .openAIChat)
    }

    /// Whether the answer must have a `function_call`.
    static func isMarked(_ request: NeutralRequest) -> Bool {
        request.extras.value(field, of: .openAIChat) != nil
    }

    /// The extras of a request without the mark.
    static func unmarked(_ extras: NeutralExtras) -> NeutralExtras {
        var extras = extras
        _ = extras.take(field, of: .openAIChat)
        return extras
    }

    /// The id of the call in the assistant message at `position`, which the client's form has no place for: the same
    /// one each time that the conversation is sent.
    static func callID(at position: Int) -> String {
        "call_function_\(position)"
    }
}
