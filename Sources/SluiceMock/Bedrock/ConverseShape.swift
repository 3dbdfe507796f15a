/// The request of `Converse`, `ConverseStream`, and the part of it that `CountTokens` takes.
///
/// Source: the service's model in botocore, bedrock-runtime 2023-09-30 (read 2026-11).
enum ConverseShape {
    static let converse = request(isStreaming: false)
    static let stream = request(isStreaming: true)

    private static func request(isStreaming: Bool) -> RecordShape {
        let guardrail: [Field] = [
            .optional("guardrailIdentifier", .string), .optional("guardrailVersion", .string),
            .optional("trace", .word(["enabled", "disabled", "enabled_full"])),
        ]
        let mode = Field.optional("streamProcessingMode", .word(["sync", "async"]))
        return RecordShape(
            prompt + [
                .optional("inferenceConfig", inferenceConfig),
                .optional("guardrailConfig", .record(RecordShape(isStreaming ? guardrail + [mode] : guardrail))),
                .optional("promptVariables", .object),
                .optional("additionalModelResponseFieldPaths", .array(of: .string, count: 0...10)),
                .optional("requestMetadata", .object),
                .optional("performanceConfig", .fields(.optional("latency", .word(["standard", "optimized"])))),
                .optional(
                    "serviceTier", .fields(.required("type", .word(["priority", "default", "flex", "reserved"])))),
                .optional("outputConfig", outputConfig),
            ])
    }

    static let count = RecordShape(
        .required(
            "input",
            .one(
                of: .optional("converse", .record(RecordShape(prompt))),
                .optional("invokeModel", .fields(.required("body", .string))))))

    private static let prompt: [Field] = [
        .optional("messages", .array(of: message)),
        .optional("system", .array(of: system)),
        .optional("toolConfig", toolConfig),
        .optional("additionalModelRequestFields", .object),
    ]

    private static let cachePoint = Shape.fields(
        .required("type", .word(["default"])), .optional("ttl", .word(["5m", "1h"])))

    private static let s3 = Shape.fields(.required("uri", .string), .optional("bucketOwner", .string))

    /// A source of bytes, in base64 as all blobs in JSON are, or of a place to get them.
    private static let media = Shape.one(of: .optional("bytes", .string), .optional("s3Location", s3))

    private static let image = Shape.fields(
        .required("format", .word(["png", "jpeg", "gif", "webp"])), .required("source", media))

    private static let document = Shape.fields(
        .optional("format", .word(["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"])),
        .required("name", .string),
        .required(
            "source",
            .one(
                of: .optional("bytes", .string), .optional("s3Location", s3), .optional("text", .string),
                .optional("content", .array(of: .one(of: .optional("text", .string)))))),
        .optional("context", .string),
        .optional("citations", .fields(.required("enabled", .boolean))))

    private static let video = Shape.fields(
        .required("format", .word(["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"])),
        .required("source", media))

    private static let audio = Shape.fields(.required("format", .string), .required("source", media))

    private static let searchResult = Shape.fields(
        .required("source", .string), .required("title", .string),
        .required("content", .array(of: .fields(.required("text", .string)))),
        .optional("citations", .fields(.required("enabled", .boolean))))

    private static let toolUse = Shape.fields(
        .required("toolUseId", .string), .required("name", .string), .required("input", .any),
        .optional("type", .word(["server_tool_use"])))

    private static let toolResult = Shape.fields(
        .required("toolUseId", .string),
        .required(
            "content",
            .array(
                of: .one(
                    of: .optional("text", .string), .optional("json", .any), .optional("image", image),
                    .optional("document", document), .optional("video", video),
                    .optional("searchResult", searchResult)))),
        .optional("status", .word(["success", "error"])),
        .optional("type", .string))

    private static let reasoning = Shape.one(
        of: .optional("reasoningText", .fields(.required("text", .string), .optional("signature", .string))),
        .optional("redactedContent", .string))

    private static let tool = Shape.fields(.optional("tool", .object))

    private static let content = Shape.one(
        of: .optional("text", .string), .optional("image", image), .optional("document", document),
        .optional("video", video), .optional("audio", audio), .optional("toolUse", toolUse),
        .optional("toolResult", toolResult), .optional("guardContent", .object), .optional("cachePoint", cachePoint),
        .optional("reasoningContent", reasoning), .optional("citationsContent", .object),
        .optional("searchResult", searchResult), .optional("toolAddition", tool), .optional("toolRemoval", tool))

    private static let message = Shape.fields(
        .required("role", .word(["user", "assistant", "system"])), .required("content", .array(of: content)))

    private static let system = Shape.one(
        of: .optional("text", .string), .optional("guardContent", .object), .optional("cachePoint", cachePoint))

    private static let inferenceConfig = Shape.fields(
        .optional("maxTokens", .integer(1...Int(Int32.max))), .optional("temperature", .number(0...1)),
        .optional("topP", .number(0...1)), .optional("stopSequences", .array(of: .string, count: 0...2500)))

    private static let toolConfig = Shape.fields(
        .required(
            "tools",
            .some(
                .one(
                    of: .optional(
                        "toolSpec",
                        .fields(
                            .required("name", .string), .optional("description", .string),
                            .required("inputSchema", .one(of: .optional("json", .object))),
                            .optional("strict", .boolean))),
                    .optional("systemTool", .fields(.required("name", .string))),
                    .optional("cachePoint", cachePoint)))),
        .optional(
            "toolChoice",
            .one(
                of: .optional("auto", .fields()), .optional("any", .fields()),
                .optional("tool", .fields(.required("name", .string))))))

    private static let outputConfig = Shape.fields(
        .optional(
            "textFormat",
            .fields(
                .required("type", .word(["json_schema"])),
                .required(
                    "structure",
                    .one(
                        of: .optional(
                            "jsonSchema",
                            .fields(
                                .required("schema", .string), .optional("name", .string),
                                .optional("description", .string))))))),
        .optional("effort", .string))
}
