/// The requests of Cohere's second API.
///
/// Source: Cohere API reference and the types of its SDK 7 (read 2026-11).
enum CohereShape {
    static let chat = RecordShape(
        .required("model", .string),
        .required("messages", .some(message)),
        .optional("stream", .boolean),
        .optional("tools", .array(of: tool)),
        .optional("strict_tools", .boolean),
        .optional("tool_choice", .word(["REQUIRED", "NONE"])),
        .optional("documents", .array(of: .either([.string, document]))),
        .optional(
            "citation_options",
            .fields(.optional("mode", .word(["ENABLED", "DISABLED", "FAST", "ACCURATE", "OFF"])))),
        .optional(
            "response_format",
            .tagged(
                by: "type",
                [
                    "text": RecordShape(.required("type", .string)),
                    "json_object": RecordShape(.required("type", .string), .optional("json_schema", .object)),
                ])),
        .optional("safety_mode", .word(["CONTEXTUAL", "STRICT", "OFF", "NONE"])),
        .optional("max_tokens", .integer(0...Int.max)),
        .optional("stop_sequences", .array(of: .string, count: 0...5)),
        .optional("temperature", .number(0...Double.greatestFiniteMagnitude)),
        .optional("seed", .integer(0...Int.max)),
        .optional("frequency_penalty", .number(0...1)),
        .optional("presence_penalty", .number(0...1)),
        .optional("k", .integer(0...500)),
        .optional("p", .number(0.01...0.99)),
        .optional("logprobs", .boolean),
        .optional(
            "thinking",
            .fields(
                .required("type", .word(["enabled", "disabled"])), .optional("token_budget", .integer(1...Int.max)))),
        .optional("priority", .integer(0...999)))

    static let embed = RecordShape(
        .required("model", .string),
        .required("input_type", .word(["search_document", "search_query", "classification", "clustering", "image"])),
        .optional("texts", .array(of: .string, count: 1...96)),
        .optional("images", .array(of: .string, count: 1...1)),
        .optional("inputs", .array(of: .fields(.required("content", .some(inputPart))), count: 1...96)),
        .optional("max_tokens", .integer(1...Int.max)),
        .optional("output_dimension", .integer(1...4096)),
        .optional(
            "embedding_types", .array(of: .word(["float", "int8", "uint8", "binary", "ubinary", "base64"]))),
        .optional("truncate", .word(["NONE", "START", "END"])),
        .optional("priority", .integer(0...999)))

    static let rerank = RecordShape(
        .required("model", .string), .required("query", .string),
        .required("documents", .array(of: .string, count: 1...10_000)),
        .optional("top_n", .integer(1...Int.max)), .optional("max_tokens_per_doc", .integer(1...Int.max)),
        .optional("relevant_spans", .any), .optional("priority", .integer(0...999)))

    private static let text = RecordShape(.required("type", .string), .required("text", .string))

    private static let image = RecordShape(
        .required("type", .string),
        .required(
            "image_url", .fields(.required("url", .string), .optional("detail", .word(["auto", "low", "high"])))))

    private static let inputPart = Shape.tagged(by: "type", ["text": text, "image_url": image])

    private static let document = Shape.fields(.required("data", .object), .optional("id", .string))

    private static func content(_ parts: [String: RecordShape]) -> Shape {
        .either([.string, .some(.tagged(by: "type", parts))])
    }

    private static let message = Shape.tagged(
        by: "role",
        [
            "user": RecordShape(
                .required("role", .string), .required("content", content(["text": text, "image_url": image]))),
            "system": RecordShape(.required("role", .string), .required("content", content(["text": text]))),
            "assistant": RecordShape(
                .required("role", .string),
                .optional(
                    "content",
                    content([
                        "text": text,
                        "thinking": RecordShape(.required("type", .string), .required("thinking", .string)),
                    ])),
                .optional("tool_calls", .array(of: toolCall)), .optional("tool_plan", .string),
                .optional("citations", .array(of: .object))),
            "tool": RecordShape(
                .required("role", .string), .required("tool_call_id", .string),
                .required(
                    "content",
                    content([
                        "text": text,
                        "document": RecordShape(.required("type", .string), .required("document", document)),
                    ]))),
        ])

    private static let toolCall = Shape.fields(
        .required("id", .string), .required("type", .word(["function"])),
        .required("function", .fields(.required("name", .string), .required("arguments", .string))))

    private static let tool = Shape.fields(
        .required("type", .word(["function"])),
        .required(
            "function",
            .fields(
                .required("name", .string), .optional("description", .string), .required("parameters", .object))))
}
