/// The request of `POST /v1/chat/completions`.
///
/// Source: OpenAI API reference and SDK types, chat completions (read 2026-11).
enum ChatShape {
    static let request = RecordShape(
        .required("model", .string),
        .required("messages", .some(message)),
        .optional("audio", .object),
        .optional("frequency_penalty", OpenAIShapes.penalty),
        .optional("function_call", .either([.string, .fields(.required("name", .string))])),
        .optional("functions", .array(of: .object, count: 1...128)),
        .optional("logit_bias", .object),
        .optional("logprobs", .boolean),
        .optional("max_completion_tokens", OpenAIShapes.positive),
        .optional("max_tokens", OpenAIShapes.positive),
        .optional("metadata", OpenAIShapes.metadata),
        .optional("modalities", .array(of: .word(["text", "audio"]), count: 1...2)),
        .optional("moderation", .object),
        .optional("n", .integer(1...128)),
        .optional("parallel_tool_calls", .boolean),
        .optional("prediction", .object),
        .optional("presence_penalty", OpenAIShapes.penalty),
        .optional("prompt_cache_key", .string),
        .optional("prompt_cache_options", .object),
        .optional("prompt_cache_retention", OpenAIShapes.cacheRetention),
        .optional("reasoning_effort", OpenAIShapes.effort),
        .optional("response_format", responseFormat),
        .optional("safety_identifier", .string),
        .optional("seed", .integer(Int.min...Int.max)),
        .optional("service_tier", OpenAIShapes.serviceTier),
        .optional("stop", OpenAIShapes.stop),
        .optional("store", .boolean),
        .optional("stream", .boolean),
        .optional("stream_options", OpenAIShapes.streamOptions),
        .optional("temperature", OpenAIShapes.temperature),
        .optional("tool_choice", toolChoice),
        .optional("tools", .array(of: tool, count: 1...128)),
        .optional("top_logprobs", .integer(0...20)),
        .optional("top_p", OpenAIShapes.probability),
        .optional("user", .string),
        .optional("verbosity", OpenAIShapes.verbosity),
        .optional("web_search_options", .object)
    )

    private static let textPart = RecordShape(
        .required("type", .string), .required("text", .string), .optional("prompt_cache_breakpoint", .any))
    private static let refusalPart = RecordShape(.required("type", .string), .required("refusal", .string))
    private static let textParts = Shape.some(.tagged(by: "type", ["text": textPart]))
    private static let userParts = Shape.some(
        .tagged(
            by: "type",
            [
                "text": textPart,
                "image_url": RecordShape(
                    .required("type", .string),
                    .required(
                        "image_url",
                        .fields(
                            .required("url", .string),
                            .optional("detail", .word(["auto", "low", "high", "original"])))),
                    .optional("prompt_cache_breakpoint", .any)),
                "input_audio": RecordShape(
                    .required("type", .string),
                    .required(
                        "input_audio",
                        .fields(.required("data", .string), .required("format", .word(["wav", "mp3"])))),
                    .optional("prompt_cache_breakpoint", .any)),
                "file": RecordShape(
                    .required("type", .string),
                    .required(
                        "file",
                        .fields(
                            .optional("file_data", .string), .optional("file_id", .string),
                            .optional("filename", .string))),
                    .optional("prompt_cache_breakpoint", .any)),
            ]))
    private static let assistantParts = Shape.some(
        .tagged(by: "type", ["text": textPart, "refusal": refusalPart]))

    private static func plain(_ parts: Shape) -> RecordShape {
        RecordShape(
            .required("role", .string), .required("content", .either([.string, parts])), .optional("name", .string))
    }

    private static let message = Shape.tagged(
        by: "role",
        [
            "system": plain(textParts),
            "developer": plain(textParts),
            "user": plain(userParts),
            "assistant": RecordShape(
                .required("role", .string),
                .optional("content", .either([.string, assistantParts])),
                .optional("name", .string),
                .optional("refusal", .string),
                .optional("audio", .fields(.required("id", .string))),
                .optional("annotations", .array(of: .object)),
                .optional("function_call", .object),
                .optional("reasoning_content", .string),
                .optional("reasoning", .string),
                .optional("tool_calls", .some(toolCall))),
            "tool": RecordShape(
                .required("role", .string),
                .required("content", .either([.string, textParts])),
                .required("tool_call_id", .string)),
            "function": RecordShape(
                .required("role", .string), .required("name", .string), .required("content", .nullable(.string))),
        ])

    private static let toolCall = Shape.tagged(
        by: "type",
        [
            "function": RecordShape(
                .required("id", .string), .required("type", .string),
                .required("function", .fields(.required("name", .string), .required("arguments", .string))),
                .optional("extra_content", .object)),
            "custom": RecordShape(
                .required("id", .string), .required("type", .string),
                .required("custom", .fields(.required("name", .string), .required("input", .string)))),
        ])

    private static let tool = Shape.tagged(
        by: "type",
        [
            "function": RecordShape(
                .required("type", .string),
                .required(
                    "function",
                    .fields(
                        .required("name", .string), .optional("description", .string),
                        .optional("parameters", .object), .optional("strict", .boolean)))),
            "custom": RecordShape(
                .required("type", .string),
                .required(
                    "custom",
                    .fields(
                        .required("name", .string), .optional("description", .string), .optional("format", .object)))),
        ])

    private static let toolChoice = Shape.either([
        .word(["none", "auto", "required"]),
        .tagged(
            by: "type",
            [
                "function": RecordShape(
                    .required("type", .string), .required("function", .fields(.required("name", .string)))),
                "custom": RecordShape(
                    .required("type", .string), .required("custom", .fields(.required("name", .string)))),
                "allowed_tools": RecordShape(
                    .required("type", .string),
                    .required(
                        "allowed_tools",
                        .fields(
                            .required("mode", .word(["auto", "required"])),
                            .required("tools", .array(of: .object))))),
            ]),
    ])

    private static let responseFormat = Shape.tagged(
        by: "type",
        [
            "text": RecordShape(.required("type", .string)),
            "json_object": RecordShape(.required("type", .string)),
            "json_schema": RecordShape(
                .required("type", .string),
                .required(
                    "json_schema",
                    .fields(
                        .required("name", .string), .optional("description", .string),
                        .optional("schema", .object), .optional("strict", .boolean)))),
        ])
}
