/// The requests of Gemini's methods, in the usual spelling of their fields; see ``GeminiSpelling`` for the other.
///
/// Source: Gemini API reference and the types of google-genai 3 (read 2026-11).
enum GeminiShape {
    static let generate = RecordShape(
        [.required("contents", .array(of: content))] + shared + [
            .optional("safetySettings", .array(of: safetySetting)),
            .optional("cachedContent", .string),
            .optional("labels", .object),
            .optional("serviceTier", .word(["unspecified", "flex", "standard", "priority"])),
            .optional("store", .boolean),
        ])

    /// A request inside of another one, which names its model.
    private static let nested = RecordShape(
        [.required("model", .string), .required("contents", .array(of: content))] + shared + [
            .optional("safetySettings", .array(of: safetySetting)), .optional("cachedContent", .string),
        ])

    static let count = RecordShape(
        [
            .optional("contents", .array(of: content)), .optional("generateContentRequest", .record(nested)),
            .optional("model", .string), .optional("instances", .array(of: .any)),
        ] + shared)

    static let embed = RecordShape(embedding + [.optional("model", .string), vertexOptions])

    static let embedBatch = RecordShape(
        .required(
            "requests",
            .array(of: .record(RecordShape(embedding + [.required("model", .string)])), count: 1...100)))

    static let vertexBatch = RecordShape(
        .required("requests", .array(of: .fields(.required("content", content), vertexOptions), count: 1...100)))

    /// The names of instances are in the spelling with underscores there, and have been put in the usual one.
    static let predict = RecordShape(
        .required(
            "instances",
            .array(
                of: .fields(
                    .required("content", .string), .optional("taskType", .string), .optional("title", .string)),
                count: 1...250)),
        .optional(
            "parameters",
            .fields(.optional("autoTruncate", .boolean), .optional("outputDimensionality", .integer(1...3072)))))

    private static let vertexOptions = Field.optional(
        "embedContentConfig",
        .fields(
            .optional("taskType", .string), .optional("title", .string),
            .optional("outputDimensionality", .integer(1...3072)), .optional("autoTruncate", .boolean),
            .optional("documentOcr", .boolean), .optional("audioTrackExtraction", .boolean)))

    private static let embedding: [Field] = [
        .required("content", content), .optional("taskType", .string), .optional("title", .string),
        .optional("outputDimensionality", .integer(1...3072)), .optional("autoTruncate", .boolean),
    ]

    private static let shared: [Field] = [
        .optional("systemInstruction", content),
        .optional("tools", .array(of: tool)),
        .optional("toolConfig", toolConfig),
        .optional("generationConfig", generationConfig),
    ]

    private static let content = Shape.fields(
        .optional("role", .string), .optional("parts", .array(of: part)))

    private static let part = Shape.fields(
        .optional("text", .string),
        .optional("inlineData", blob),
        .optional("fileData", file),
        .optional("functionCall", functionCall),
        .optional("functionResponse", functionResponse),
        .optional("executableCode", .object),
        .optional("codeExecutionResult", .object),
        .optional("toolCall", .object),
        .optional("toolResponse", .object),
        .optional("thought", .boolean),
        .optional("thoughtSignature", .string),
        .optional("videoMetadata", .object),
        .optional("mediaResolution", .any),
        .optional("partMetadata", .object))

    private static let blob = Shape.fields(
        .required("mimeType", .string), .required("data", .string), .optional("displayName", .string))

    private static let file = Shape.fields(
        .required("fileUri", .string), .optional("mimeType", .string), .optional("displayName", .string))

    private static let functionCall = Shape.fields(
        .optional("id", .string), .required("name", .string), .optional("args", .object),
        .optional("partialArgs", .array(of: .object)), .optional("willContinue", .boolean))

    private static let functionResponse = Shape.fields(
        .optional("id", .string), .required("name", .string), .required("response", .object),
        .optional(
            "parts", .array(of: .fields(.optional("inlineData", blob), .optional("fileData", file)))),
        .optional("willContinue", .boolean),
        .optional("scheduling", .word(["SCHEDULING_UNSPECIFIED", "SILENT", "WHEN_IDLE", "INTERRUPT"])))

    private static let tool = Shape.fields(
        .optional("functionDeclarations", .array(of: declaration)),
        .optional("googleSearch", .object), .optional("googleSearchRetrieval", .object),
        .optional("codeExecution", .object), .optional("urlContext", .object), .optional("fileSearch", .object),
        .optional("computerUse", .object), .optional("googleMaps", .object), .optional("retrieval", .object),
        .optional("enterpriseWebSearch", .object), .optional("mcpServers", .array(of: .object)))

    private static let declaration = Shape.fields(
        .required("name", .string), .optional("description", .string), .optional("parameters", .object),
        .optional("parametersJsonSchema", .any), .optional("response", .object),
        .optional("responseJsonSchema", .any),
        .optional("behavior", .word(["UNSPECIFIED", "BLOCKING", "NON_BLOCKING"])))

    private static let toolConfig = Shape.fields(
        .optional(
            "functionCallingConfig",
            .fields(
                .optional("mode", .word(["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"])),
                .optional("allowedFunctionNames", .array(of: .string)),
                .optional("streamFunctionCallArguments", .boolean))),
        .optional("retrievalConfig", .object),
        .optional("includeServerSideToolInvocations", .boolean))

    private static let safetySetting = Shape.fields(
        .required("category", .string), .required("threshold", .string), .optional("method", .string))

    private static let generationConfig = Shape.fields(
        .optional("temperature", .number(0...2)),
        .optional("topP", .number(0...1)),
        .optional("topK", .number(1...1_000_000)),
        .optional("candidateCount", .integer(1...8)),
        .optional("maxOutputTokens", .integer(1...Int(Int32.max))),
        .optional("stopSequences", .array(of: .string)),
        .optional("seed", .integer(Int(Int32.min)...Int(Int32.max))),
        .optional("presencePenalty", .number(-2...2)),
        .optional("frequencyPenalty", .number(-2...2)),
        .optional("responseLogprobs", .boolean),
        .optional("logprobs", .integer(0...20)),
        .optional("responseMimeType", .string),
        .optional("responseSchema", .object),
        .optional("responseJsonSchema", .any),
        .optional("responseModalities", .array(of: .string)),
        .optional("mediaResolution", .string),
        .optional("speechConfig", .object),
        .optional("imageConfig", .object),
        .optional("audioTimestamp", .boolean),
        .optional("enableEnhancedCivicAnswers", .boolean),
        .optional("audioTranscriptionConfig", .object),
        .optional("continuationToken", .string),
        .optional("thinkingConfig", thinkingConfig))

    private static let thinkingConfig = Shape.fields(
        .optional("includeThoughts", .boolean),
        .optional("thinkingBudget", .integer(-1...1_000_000)),
        .optional(
            "thinkingLevel",
            .word([
                "THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH", "minimal", "low", "medium",
                "high", "xhigh",
            ])))
}
