/// The request of `POST /v1/completions`.
///
/// Source: OpenAI API reference and SDK types, completions (read 2026-11).
enum CompletionsShape {
    static let request = RecordShape(
        .required("model", .string),
        .required("prompt", prompt),
        .optional("best_of", .integer(0...20)),
        .optional("echo", .boolean),
        .optional("frequency_penalty", OpenAIShapes.penalty),
        .optional("logit_bias", .object),
        .optional("logprobs", .integer(0...5)),
        .optional("max_tokens", .integer(0...Int.max)),
        .optional("n", .integer(1...128)),
        .optional("presence_penalty", OpenAIShapes.penalty),
        .optional("seed", .integer(Int.min...Int.max)),
        .optional("stop", OpenAIShapes.stop),
        .optional("stream", .boolean),
        .optional("stream_options", OpenAIShapes.streamOptions),
        .optional("suffix", .string),
        .optional("temperature", OpenAIShapes.temperature),
        .optional("top_p", OpenAIShapes.probability),
        .optional("user", .string)
    )

    private static let token = Shape.integer(0...Int.max)

    /// A text, texts, tokens, or lists of tokens.
    private static let prompt = Shape.either([
        .string, .array(of: .either([.string, token, .array(of: token, count: 1...Int.max)]), count: 1...2048),
    ])
}
