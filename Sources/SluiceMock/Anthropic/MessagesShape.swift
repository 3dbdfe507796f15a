/// The request of `POST /v1/messages`, and of `count_tokens`, which takes the part of it that counts.
///
/// Source: Anthropic API reference and SDK types, messages (read 2026-11).
enum MessagesShape {
    static let request = RecordShape(
        prompt + [
            .required("max_tokens", .integer(0...Int.max)),
            .optional("container", .either([.string, .object])),
            .optional("diagnostics", .object),
            .optional("inference_geo", .string),
            .optional("metadata", .fields(.optional("user_id", .string))),
            .optional("service_tier", .word(["auto", "standard_only"])),
            .optional("stop_sequences", .array(of: .string)),
            .optional("stream", .boolean),
            .optional("temperature", .number(0...1)),
            .optional("top_k", .integer(0...Int.max)),
            .optional("top_p", .number(0...1)),
        ])

    static let count = RecordShape(prompt)

    private static let prompt: [Field] = [
        .required("model", .string),
        .required("messages", .some(message)),
        .optional("cache_control", cacheControl),
        .optional("context_management", .object),
        .optional("mcp_servers", .array(of: .object)),
        .optional("output_config", outputConfig),
        .optional("speed", .word(["standard", "fast"])),
        .optional("system", .either([.string, .array(of: .tagged(by: "type", ["text": text]))])),
        .optional("thinking", thinking),
        .optional("tool_choice", toolChoice),
        .optional("tools", .array(of: tool)),
        .optional("user_profile_id", .string),
        .optional("workspace_id", .string),
    ]

    private static let cacheControl = Shape.fields(
        .required("type", .word(["ephemeral"])), .optional("ttl", .word(["5m", "1h"])))

    private static let text = RecordShape(
        .required("type", .string), .required("text", .string), .optional("cache_control", cacheControl),
        .optional("citations", .array(of: .object)))

    private static let source = Shape.tagged(
        by: "type",
        [
            "base64": RecordShape(
                .required("type", .string), .required("media_type", .string), .required("data", .string)),
            "url": RecordShape(.required("type", .string), .required("url", .string)),
            "text": RecordShape(
                .required("type", .string), .required("media_type", .string), .required("data", .string)),
            "content": RecordShape(
                .required("type", .string), .required("content", .either([.string, .array(of: .object)]))),
            "file": RecordShape(.required("type", .string), .required("file_id", .string)),
        ])

    private static let image = RecordShape(
        .required("type", .string), .required("source", source), .optional("cache_control", cacheControl),
        .optional("transformations", .object))

    private static let document = RecordShape(
        .required("type", .string), .required("source", source), .optional("title", .string),
        .optional("context", .string), .optional("citations", .object), .optional("cache_control", cacheControl))

    private static let resultBlock = Shape.tagged(
        by: "type",
        [
            "text": text, "image": image, "document": document,
            "search_result": RecordShape(
                .required("type", .string), .required("title", .string), .required("source", .string),
                .required("content", .array(of: .object)), .optional("citations", .object),
                .optional("cache_control", cacheControl)),
        ])

    static let blocks: [String: RecordShape] = [
        "text": text,
        "image": image,
        "document": document,
        "thinking": RecordShape(
            .required("type", .string), .required("thinking", .string), .required("signature", .string)),
        "redacted_thinking": RecordShape(.required("type", .string), .required("data", .string)),
        "tool_use": RecordShape(
            .required("type", .string), .required("id", .string), .required("name", .string),
            .required("input", .object), .optional("cache_control", cacheControl), .optional("caller", .object),
            .optional("toolset_name", .string)),
        "tool_result": RecordShape(
            .required("type", .string), .required("tool_use_id", .string),
            .optional("content", .either([.string, .array(of: resultBlock)])), .optional("is_error", .boolean),
            .optional("cache_control", cacheControl), .optional("toolset_name", .string)),
    ]

    private static let message = Shape.fields(
        .required("role", .word(["user", "assistant", "system"])),
        .required("content", .either([.string, .array(of: .tagged(by: "type", blocks))])))

    private static let display = Shape.word(["summarized", "omitted"])

    /// Of the beta `thinking-binding-controls-2026-08-01`.
    private static let blockBinding = Shape.fields(
        .optional("prefix_mismatch_behavior", .word(["error", "drop_block"])))

    private static let thinking = Shape.tagged(
        by: "type",
        [
            "enabled": RecordShape(
                .required("type", .string), .required("budget_tokens", .integer(1024...Int.max)),
                .optional("display", display), .optional("block_binding", blockBinding)),
            "adaptive": RecordShape(
                .required("type", .string), .optional("display", display), .optional("block_binding", blockBinding)),
            "between_tools": RecordShape(.required("type", .string)),
            "disabled": RecordShape(.required("type", .string)),
        ])

    private static let outputConfig = Shape.fields(
        .optional("effort", .word(["low", "medium", "high", "xhigh", "max"])),
        .optional(
            "format", .fields(.required("type", .word(["json_schema"])), .required("schema", .object))))

    private static let toolChoice = Shape.tagged(
        by: "type",
        [
            "auto": RecordShape(.required("type", .string), .optional("disable_parallel_tool_use", .boolean)),
            "any": RecordShape(.required("type", .string), .optional("disable_parallel_tool_use", .boolean)),
            "tool": RecordShape(
                .required("type", .string), .required("name", .string),
                .optional("disable_parallel_tool_use", .boolean)),
            "none": RecordShape(.required("type", .string)),
        ])

    private static let tool = Shape.fields(
        .optional("type", .word(["custom"])), .required("name", .string), .optional("description", .string),
        .required("input_schema", .object), .optional("strict", .boolean), .optional("cache_control", cacheControl),
        .optional("eager_input_streaming", .boolean), .optional("input_examples", .array(of: .object)),
        .optional("defer_loading", .boolean), .optional("allowed_callers", .array(of: .string)))
}
