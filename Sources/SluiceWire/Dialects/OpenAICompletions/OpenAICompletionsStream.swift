/// The stream of `POST /v1/completions`: chunks `{"object":"text_completion","choices":[{"text":"...",...}]}`.
///
/// Source: OpenAI API reference, completion object (read 2026-11).
public enum OpenAICompletionsStream {
    /// Says what the data of one event means, as ``OpenAIChatStream/classify(_:type:)`` does.
    public static func classify(_ data: Span<UInt8>, type: String? = nil) -> OpenAIStreamEvent {
        OpenAIChatStream.classify(data, type: type)
    }

    /// The bytes that tell a client of an open stream that it failed; the same as chat's.
    public static func errorEvent(_ error: OpenAIErrorBody) -> [UInt8] {
        OpenAIChatStream.errorEvent(error)
    }
}
