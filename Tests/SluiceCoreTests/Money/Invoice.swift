import SluiceCore
import SluiceWire

/// One answer of a vendor as it stands on the bill: the usage as the vendor sends it, its classes, and what each of them costs.
struct Invoice: Sendable {
    /// A class of tokens, and where its cost stands.
    enum Item: String, CaseIterable {
        case input, cacheRead, cacheWrite5m, cacheWrite1h, audioInput, output, reasoning, audioOutput

        func amount(in cost: AttemptCost) -> Int64 {
            switch self {
            case .input: cost.input.amount
            case .cacheRead: cost.cacheRead.amount
            case .cacheWrite5m: cost.cacheWrite5m.amount
            case .cacheWrite1h: cost.cacheWrite1h.amount
            case .audioInput: cost.audioInput.amount
            case .output: cost.output.amount
            case .reasoning: cost.reasoning.amount
            case .audioOutput: cost.audioOutput.amount
            }
        }
    }

    let kind: String
    let model: String
    let dialect: Dialect
    let usage: String
    let classes: TokenUsage
    /// In billionths of a dollar; what is not named costs nothing.
    let items: [Item: Int64]

    init(
        _ kind: String, _ model: String, _ dialect: Dialect, _ usage: String, _ classes: TokenUsage,
        _ items: [Item: Int64]
    ) {
        self.kind = kind
        self.model = model
        self.dialect = dialect
        self.usage = usage
        self.classes = classes
        self.items = items
    }

    /// The amounts were worked out from the vendors' pages by another program, as of the day in ``InvoiceTests``.
    static let all: [Invoice] = [
        Invoice(
            "openai", "gpt-4o", .openAIChat,
            #"{"prompt_tokens":3000,"completion_tokens":500,"total_tokens":3500,"prompt_tokens_details":{"cached_tokens":1024,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"#,
            TokenUsage(uncachedInput: 1976, cacheRead: 1024, output: 500),
            [.input: 4_940_000, .cacheRead: 1_280_000, .output: 5_000_000]
        ),
        Invoice(
            "openai", "gpt-5", .openAIResponses,
            #"{"input_tokens":1200,"input_tokens_details":{"cached_tokens":0},"output_tokens":1000,"output_tokens_details":{"reasoning_tokens":704},"total_tokens":2200}"#,
            TokenUsage(uncachedInput: 1200, output: 296, reasoning: 704),
            [.input: 1_500_000, .output: 2_960_000, .reasoning: 7_040_000]
        ),
        Invoice(
            "openai", "gpt-6-astra", .openAIChat,
            #"{"prompt_tokens":300000,"completion_tokens":10,"total_tokens":300010,"prompt_tokens_details":{"cached_tokens":290000,"cache_write_tokens":4000}}"#,
            TokenUsage(uncachedInput: 6000, cacheRead: 290000, cacheWrite5m: 4000, output: 10),
            [.input: 120_000_000, .cacheRead: 580_000_000, .cacheWrite5m: 100_000_000, .output: 750000]
        ),
        Invoice(
            "openai", "text-embedding-3-small", .openAIChat,
            #"{"prompt_tokens":8191,"total_tokens":8191}"#,
            TokenUsage(uncachedInput: 8191),
            [.input: 163820]
        ),
        Invoice(
            "anthropic", "claude-sonnet-4-5", .anthropic,
            #"{"input_tokens":50,"cache_creation_input_tokens":3000,"cache_read_input_tokens":10000,"cache_creation":{"ephemeral_5m_input_tokens":2000,"ephemeral_1h_input_tokens":1000},"output_tokens":400,"service_tier":"standard"}"#,
            TokenUsage(uncachedInput: 50, cacheRead: 10000, cacheWrite5m: 2000, cacheWrite1h: 1000, output: 400),
            [
                .input: 150000, .cacheRead: 3_000_000, .cacheWrite5m: 7_500_000, .cacheWrite1h: 6_000_000,
                .output: 6_000_000,
            ]
        ),
        Invoice(
            "anthropic", "claude-opus-5-5", .anthropic,
            #"{"input_tokens":1000,"cache_creation_input_tokens":0,"cache_read_input_tokens":8001,"output_tokens":500,"output_tokens_details":{"thinking_tokens":200}}"#,
            TokenUsage(uncachedInput: 1000, cacheRead: 8001, output: 300, reasoning: 200),
            [.input: 4_000_000, .cacheRead: 1_600_200, .output: 6_000_000, .reasoning: 4_000_000]
        ),
        Invoice(
            "anthropic", "claude-opus-4-1-20250805", .anthropic,
            #"{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}"#,
            TokenUsage(uncachedInput: 7, output: 1),
            [.input: 105000, .output: 75000]
        ),
        Invoice(
            "gemini", "gemini-2.5-pro", .gemini,
            #"{"promptTokenCount":1000,"candidatesTokenCount":500,"thoughtsTokenCount":1500,"totalTokenCount":3000,"promptTokensDetails":[{"modality":"TEXT","tokenCount":1000}]}"#,
            TokenUsage(uncachedInput: 1000, output: 500, reasoning: 1500),
            [.input: 1_250_000, .output: 5_000_000, .reasoning: 15_000_000]
        ),
        Invoice(
            "gemini", "gemini-2.5-flash", .gemini,
            #"{"promptTokenCount":3100,"candidatesTokenCount":200,"totalTokenCount":3300,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100},{"modality":"AUDIO","tokenCount":3000}]}"#,
            TokenUsage(uncachedInput: 100, audioInput: 3000, output: 200),
            [.input: 30000, .audioInput: 3_000_000, .output: 500000]
        ),
        Invoice(
            "gemini", "gemini-3.8-flash", .gemini,
            #"{"promptTokenCount":20000,"cachedContentTokenCount":16384,"candidatesTokenCount":7,"totalTokenCount":20007}"#,
            TokenUsage(uncachedInput: 3616, cacheRead: 16384, output: 7),
            [.input: 2_712_000, .cacheRead: 1_228_800, .output: 26250]
        ),
        Invoice(
            "bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", .bedrock,
            #"{"inputTokens":1000,"outputTokens":100,"totalTokens":1100}"#,
            TokenUsage(uncachedInput: 1000, output: 100),
            [.input: 3_000_000, .output: 1_500_000]
        ),
        Invoice(
            "bedrock", "global.anthropic.claude-opus-5-5-v1", .bedrock,
            #"{"inputTokens":10,"outputTokens":20,"totalTokens":4530,"cacheReadInputTokens":3000,"cacheWriteInputTokens":1500,"cacheDetails":[{"ttl":"1h","inputTokens":500},{"ttl":"5m","inputTokens":1000}]}"#,
            TokenUsage(uncachedInput: 10, cacheRead: 3000, cacheWrite5m: 1000, cacheWrite1h: 500, output: 20),
            [.input: 40000, .cacheRead: 600000, .cacheWrite5m: 5_000_000, .cacheWrite1h: 4_000_000, .output: 400000]
        ),
        Invoice(
            "bedrock", "us.amazon.nova-micro-v1:0", .bedrock,
            #"{"inputTokens":1001,"outputTokens":333,"totalTokens":1334}"#,
            TokenUsage(uncachedInput: 1001, output: 333),
            [.input: 35035, .output: 46620]
        ),
        Invoice(
            "mistral", "mistral-large-latest", .openAIChat,
            #"{"prompt_tokens":3000,"completion_tokens":100,"total_tokens":3100,"prompt_tokens_details":{"cached_tokens":2000}}"#,
            TokenUsage(uncachedInput: 1000, cacheRead: 2000, output: 100),
            [.input: 500000, .cacheRead: 100000, .output: 150000]
        ),
        Invoice(
            "mistral", "codestral-latest", .openAIChat,
            #"{"prompt_tokens":77,"completion_tokens":1023,"total_tokens":1100}"#,
            TokenUsage(uncachedInput: 77, output: 1023),
            [.input: 23100, .output: 920700]
        ),
        Invoice(
            "mistral", "ministral-3b-latest", .openAIChat,
            #"{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}"#,
            TokenUsage(uncachedInput: 1, output: 1),
            [.input: 100, .output: 100]
        ),
        Invoice(
            "cohere", "command-r7b-12-2024", .cohere,
            #"{"billed_units":{"input_tokens":1001,"output_tokens":10},"tokens":{"input_tokens":1001,"output_tokens":10}}"#,
            TokenUsage(uncachedInput: 1001, output: 10),
            [.input: 37538, .output: 1500]
        ),
        Invoice(
            "cohere", "command-r-plus-08-2024", .cohere,
            #"{"billed_units":{"input_tokens":12,"output_tokens":345}}"#,
            TokenUsage(uncachedInput: 12, output: 345),
            [.input: 30000, .output: 3_450_000]
        ),
        Invoice(
            "cohere", "c4ai-aya-expanse-32b", .cohere,
            #"{"billed_units":{"input_tokens":3,"output_tokens":7}}"#,
            TokenUsage(uncachedInput: 3, output: 7),
            [.input: 1500, .output: 10500]
        ),
        Invoice(
            "groq", "openai/gpt-oss-20b", .openAIChat,
            #"{"queue_time":0.04,"prompt_tokens":1001,"prompt_time":0.01,"completion_tokens":1,"completion_time":0.001,"total_tokens":1002,"total_time":0.011}"#,
            TokenUsage(uncachedInput: 1001, output: 1),
            [.input: 75075, .output: 300]
        ),
        Invoice(
            "groq", "openai/gpt-oss-120b", .openAIChat,
            #"{"prompt_tokens":500,"completion_tokens":900,"total_tokens":1400,"completion_tokens_details":{"reasoning_tokens":650}}"#,
            TokenUsage(uncachedInput: 500, output: 250, reasoning: 650),
            [.input: 75000, .output: 150000, .reasoning: 390000]
        ),
        Invoice(
            "groq", "qwen/qwen3.8-27b", .openAIChat,
            #"{"prompt_tokens":333,"completion_tokens":333,"total_tokens":666}"#,
            TokenUsage(uncachedInput: 333, output: 333),
            [.input: 266400, .output: 1_332_000]
        ),
        Invoice(
            "together", "moonshotai/Kimi-K3", .openAIChat,
            #"{"prompt_tokens":110,"completion_tokens":20,"total_tokens":130,"cached_tokens":100}"#,
            TokenUsage(uncachedInput: 10, cacheRead: 100, output: 20),
            [.input: 30000, .cacheRead: 30000, .output: 300000]
        ),
        Invoice(
            "together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", .openAIChat,
            #"{"prompt_tokens":4096,"completion_tokens":2048,"total_tokens":6144}"#,
            TokenUsage(uncachedInput: 4096, output: 2048),
            [.input: 4_259_840, .output: 2_129_920]
        ),
        Invoice(
            "together", "openai/gpt-oss-20b", .openAIChat,
            #"{"prompt_tokens":19,"completion_tokens":3,"total_tokens":22}"#,
            TokenUsage(uncachedInput: 19, output: 3),
            [.input: 950, .output: 600]
        ),
        Invoice(
            "deepseek", "deepseek-flash", .openAIChat,
            #"{"prompt_tokens":6000,"completion_tokens":1000,"total_tokens":7000,"prompt_tokens_details":{"cached_tokens":5000},"completion_tokens_details":{"reasoning_tokens":900},"prompt_cache_hit_tokens":5000,"prompt_cache_miss_tokens":1000}"#,
            TokenUsage(uncachedInput: 1000, cacheRead: 5000, output: 100, reasoning: 900),
            [.input: 300000, .cacheRead: 30000, .output: 120000, .reasoning: 1_080_000]
        ),
        Invoice(
            "deepseek", "deepseek-v4-pro", .openAIChat,
            #"{"prompt_tokens":128,"completion_tokens":64,"total_tokens":192,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":64}"#,
            TokenUsage(uncachedInput: 64, cacheRead: 64, output: 64),
            [.input: 84480, .cacheRead: 2816, .output: 253440]
        ),
        Invoice(
            "deepseek", "deepseek-v4-flash", .openAIChat,
            #"{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,"prompt_cache_hit_tokens":0,"prompt_cache_miss_tokens":11}"#,
            TokenUsage(uncachedInput: 11, output: 5),
            [.input: 3300, .output: 6000]
        ),
        Invoice(
            "xai", "grok-4.5", .openAIChat,
            #"{"prompt_tokens":1200,"completion_tokens":50,"total_tokens":1250,"prompt_tokens_details":{"text_tokens":1200,"audio_tokens":0,"image_tokens":0,"cached_tokens":200},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}"#,
            TokenUsage(uncachedInput: 1000, cacheRead: 200, output: 50),
            [.input: 2_000_000, .cacheRead: 100000, .output: 300000]
        ),
        Invoice(
            "xai", "grok-4", .openAIChat,
            #"{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"prompt_tokens_details":{"text_tokens":32,"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":94}}"#,
            TokenUsage(uncachedInput: 26, cacheRead: 6, output: 9, reasoning: 94),
            [.input: 78000, .cacheRead: 4500, .output: 135000, .reasoning: 1_410_000]
        ),
        Invoice(
            "xai", "grok-code-fast-1", .openAIChat,
            #"{"prompt_tokens":100,"completion_tokens":40,"total_tokens":140,"completion_tokens_details":{"reasoning_tokens":30},"prompt_tokens_details":{"cached_tokens":64}}"#,
            TokenUsage(uncachedInput: 36, cacheRead: 64, output: 10, reasoning: 30),
            [.input: 7200, .cacheRead: 1280, .output: 15000, .reasoning: 45000]
        ),
    ]
}
