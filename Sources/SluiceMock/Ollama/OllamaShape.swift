/// The requests of Ollama's own API.
///
/// Source: Ollama's API documentation and the types of its Go and Python clients (read 2026-11).
enum OllamaShape {
    static let chat = RecordShape(
        shared + [
            .optional("messages", .array(of: message)),
            .optional("tools", .array(of: tool)),
        ])

    static let generate = RecordShape(
        shared + [
            .optional("prompt", .string), .optional("suffix", .string), .optional("system", .string),
            .optional("template", .string), .optional("context", .array(of: .integer(0...Int.max))),
            .optional("raw", .boolean), .optional("images", .array(of: .string)),
            .optional("width", .integer(1...Int.max)), .optional("height", .integer(1...Int.max)),
            .optional("steps", .integer(1...Int.max)),
        ])

    static let embed = RecordShape(
        .required("model", .string), .required("input", .either([.string, .array(of: .string)])),
        .optional("truncate", .boolean), .optional("dimensions", .integer(1...65_536)), .optional("options", options),
        .optional("keep_alive", keepAlive))

    static let embeddings = RecordShape(
        .required("model", .string), .optional("prompt", .string), .optional("options", options),
        .optional("keep_alive", keepAlive))

    static let show = RecordShape(
        .optional("model", .string), .optional("name", .string), .optional("verbose", .boolean),
        .optional("system", .string), .optional("template", .string), .optional("options", options))

    private static let keepAlive = Shape.either([
        .string, .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude),
    ])

    private static let shared: [Field] = [
        .required("model", .string),
        .optional("stream", .boolean),
        .optional("format", .either([.word(["", "json"]), .object])),
        .optional("options", options),
        .optional("keep_alive", keepAlive),
        .optional("think", .either([.boolean, .word(["low", "medium", "high", "max"])])),
        .optional("truncate", .boolean),
        .optional("shift", .boolean),
        .optional("logprobs", .boolean),
        .optional("top_logprobs", .integer(0...20)),
    ]

    private static let message = Shape.fields(
        .required("role", .word(["system", "user", "assistant", "tool"])),
        .optional("content", .string),
        .optional("thinking", .string),
        .optional("images", .array(of: .string)),
        .optional("tool_calls", .array(of: toolCall)),
        .optional("tool_name", .string),
        .optional("tool_call_id", .string))

    private static let toolCall = Shape.fields(
        .optional("id", .string), .optional("type", .string),
        .required(
            "function",
            .fields(
                .optional("index", .integer(0...Int.max)), .required("name", .string), .required("arguments", .object),
                .optional("description", .string))))

    private static let tool = Shape.fields(
        .optional("type", .word(["function"])),
        .required(
            "function",
            .fields(
                .required("name", .string), .optional("description", .string), .optional("parameters", .object))))

    private static let number = Shape.number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    private static let integer = Shape.integer(Int.min...Int.max)

    private static let options = Shape.fields(
        .optional("num_ctx", integer), .optional("num_batch", integer), .optional("num_gpu", integer),
        .optional("main_gpu", integer), .optional("use_mmap", .boolean), .optional("use_mlock", .boolean),
        .optional("num_thread", integer), .optional("num_keep", integer), .optional("seed", integer),
        .optional("num_predict", integer), .optional("top_k", integer), .optional("top_p", number),
        .optional("min_p", number), .optional("tfs_z", number), .optional("typical_p", number),
        .optional("repeat_last_n", integer), .optional("temperature", number), .optional("repeat_penalty", number),
        .optional("presence_penalty", number), .optional("frequency_penalty", number), .optional("mirostat", integer),
        .optional("mirostat_tau", number), .optional("mirostat_eta", number), .optional("penalize_newline", .boolean),
        .optional("stop", .array(of: .string)), .optional("numa", .boolean), .optional("low_vram", .boolean),
        .optional("f16_kv", .boolean), .optional("logits_all", .boolean), .optional("vocab_only", .boolean),
        .optional("embedding_only", .boolean))
}
