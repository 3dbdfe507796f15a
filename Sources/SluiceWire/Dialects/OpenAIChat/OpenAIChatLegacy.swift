/// Requests in the form before tools: `functions`, `function_call`, and answers in a `function_call` member.
enum OpenAIChatLegacy {
    /// The id of the call in the assistant message at `position`, which the client's form has no place for: the same
    /// one each time that the conversation is sent.
    static func callID(at position: Int) -> String {
        "call_function_\(position)"
    }
}
