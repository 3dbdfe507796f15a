/// The request of `POST /v1/responses`.
///
/// Source: OpenAI API reference and SDK types, responses (read 2026-11).
enum ResponsesShape {
    static let request = RecordShape(
        .required("model", .string),
        .optional("input", .either([.string, .array(of: item)])),
        .optional("access_programs", .object),
        .optional("background", .boolean),
        .optional("context_management", .any),
        .optional("conversation", .either([.string, .object])),
        .optional("image", .object),
        .optional("include", .array(of: .string)),
        .optional("instructions", .string),
        .optional("max_output_tokens", .integer(16...Int.max)),
        .optional("max_tool_calls", OpenAIShapes.positive),
        .optional("metadata", OpenAIShapes.metadata),
        .optional("moderation", .object),
        .optional("parallel_tool_calls", .boolean),
        .optional("previous_response_id", .string),
        .optional("prompt", .object),
        .optional("prompt_cache_key", .string),
        .optional("prompt_cache_options", .object),
        .optional("prompt_cache_retention", OpenAIShapes.cacheRetention),
        .optional(
            "reasoning",
            .fields(
                .optional("effort", OpenAIShapes.effort),
                .optional("summary", .word(["auto", "concise", "detailed"])),
                .optional("generate_summary", .word(["auto", "concise", "detailed"])),
                .optional("context", .string), .optional("mode", .string))),
        .optional("safety_identifier", .string),
        .optional("service_tier", OpenAIShapes.serviceTier),
        .optional("store", .boolean),
        .optional("stream", .boolean),
        .optional("stream_options", .fields(.optional("include_obfuscation", .boolean))),
        .optional("temperature", OpenAIShapes.temperature),
        .optional(
            "text",
            .fields(.optional("format", format), .optional("verbosity", OpenAIShapes.verbosity))),
        .optional("tool_choice", toolChoice),
        .optional("tools", .array(of: tool)),
        .optional("top_logprobs", .integer(0...20)),
        .optional("top_p", OpenAIShapes.probability),
        .optional("truncation", .word(["auto", "disabled"])),
        .optional("user", .string)
    )

    /// The request of `POST /v1/responses/input_tokens`: the part of it that counts.
    static let inputTokens = RecordShape(
        .required("model", .string),
        .optional("input", .either([.string, .array(of: item)])),
        .optional("conversation", .either([.string, .object])),
        .optional("instructions", .string),
        .optional("parallel_tool_calls", .boolean),
        .optional("previous_response_id", .string),
        .optional("reasoning", .object),
        .optional("text", .object),
        .optional("tool_choice", toolChoice),
        .optional("tools", .array(of: tool)),
        .optional("truncation", .word(["auto", "disabled"])))

    private static let part = Shape.tagged(
        by: "type",
        [
            "input_text": RecordShape(
                .required("type", .string), .required("text", .string), .optional("prompt_cache_breakpoint", .any)),
            "input_image": RecordShape(
                .required("type", .string), .optional("image_url", .string), .optional("file_id", .string),
                .optional("detail", .word(["auto", "low", "high", "original"])),
                .optional("prompt_cache_breakpoint", .any)),
            "input_file": RecordShape(
                .required("type", .string), .optional("file_data", .string), .optional("file_id", .string),
                .optional("file_url", .string), .optional("filename", .string), .optional("detail", .string),
                .optional("prompt_cache_breakpoint", .any)),
            "output_text": RecordShape(
                .required("type", .string), .required("text", .string), .optional("annotations", .array(of: .object)),
                .optional("logprobs", .any)),
            "refusal": RecordShape(.required("type", .string), .required("refusal", .string)),
        ])

    private static let message = RecordShape(
        .optional("type", .word(["message"])),
        .required("role", .word(["user", "assistant", "system", "developer"])),
        .required("content", .either([.string, .array(of: part)])),
        .optional("id", .string), .optional("status", status), .optional("phase", .string))

    private static let status = Shape.word(["in_progress", "completed", "incomplete"])

    /// An input item. A message may leave its type out, so that the type is looked at by the rules, not here.
    static let item = Shape.object

    static let items: [String: RecordShape] = [
        "message": message,
        "function_call": RecordShape(
            .required("type", .string), .required("call_id", .string), .required("name", .string),
            .required("arguments", .string), .optional("id", .string), .optional("status", status),
            .optional("async", .boolean), .optional("caller", .object), .optional("namespace", .string)),
        "function_call_output": RecordShape(
            .required("type", .string), .required("call_id", .string),
            .required("output", .either([.string, .array(of: part)])), .optional("id", .string),
            .optional("status", status), .optional("name", .string), .optional("caller", .object),
            .optional("namespace", .string)),
        "reasoning": RecordShape(
            .required("type", .string), .optional("id", .string), .required("summary", .array(of: .object)),
            .optional("content", .array(of: .object)), .optional("encrypted_content", .string),
            .optional("status", status)),
    ]

    private static let tool = Shape.tagged(
        by: "type",
        [
            "function": RecordShape(
                .required("type", .string), .required("name", .string), .optional("description", .string),
                .optional("parameters", .object), .optional("strict", .boolean), .optional("defer_loading", .boolean),
                .optional("output_schema", .object), .optional("async", .boolean),
                .optional("allowed_callers", .array(of: .string)))
        ])

    private static let toolChoice = Shape.either([
        .word(["none", "auto", "required"]),
        .tagged(
            by: "type",
            [
                "function": RecordShape(.required("type", .string), .required("name", .string)),
                "allowed_tools": RecordShape(
                    .required("type", .string), .required("mode", .word(["auto", "required"])),
                    .required("tools", .array(of: .object))),
            ]),
    ])

    private static let format = Shape.tagged(
        by: "type",
        [
            "text": RecordShape(.required("type", .string)),
            "json_object": RecordShape(.required("type", .string)),
            "json_schema": RecordShape(
                .required("type", .string), .required("name", .string), .required("schema", .object),
                .optional("description", .string), .optional("strict", .boolean)),
        ])
}
