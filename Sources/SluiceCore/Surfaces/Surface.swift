public import SluiceWire

/// An API that clients call, or that providers serve: a path, its methods and its dialect.
///
/// The set is closed, so that metric labels and the router's table are too. OpenAI's surfaces are reachable with and
/// without the `/v1` prefix.
public enum Surface: UInt8, Sendable, CaseIterable {
    case chat
    case completions
    case embeddings
    case moderations
    case imageGenerations
    case imageEdits
    case imageVariations
    case speech
    case transcriptions
    case translations
    /// Rerank as Jina, vLLM and others have it, close to Cohere's.
    case rerank
    case responses
    /// The tokens of a Responses request.
    case responsesInputTokens
    /// Anthropic Messages.
    case messages
    /// Anthropic's token count.
    case countTokens
    /// Gemini's generateContent.
    case generateContent
    /// Gemini's streamGenerateContent.
    case streamGenerateContent
    /// Gemini's countTokens.
    case geminiCountTokens
    /// Gemini's embedContent: one text.
    case embedContent
    /// Gemini's batchEmbedContents.
    case batchEmbedContents
    /// Embeddings on Vertex, by the method that the model has: `predict`, `embedContent` or `batchEmbedContents`;
    /// providers only.
    case vertexEmbed
    /// Bedrock's Converse.
    case converse
    /// Bedrock's ConverseStream.
    case converseStream
    /// Bedrock's CountTokens; providers only.
    case bedrockCountTokens
    /// Bedrock's InvokeModel, for embeddings; providers only.
    case invokeModel
    /// Ollama's chat.
    case ollamaChat
    /// Ollama's generate.
    case ollamaGenerate
    /// Ollama's embed.
    case ollamaEmbed
    /// Cohere's chat, version 2; providers only.
    case cohereChat
    /// Cohere's embed, version 2; providers only.
    case cohereEmbed
    /// Cohere's rerank, version 2.
    case cohereRerank
    /// Text Embeddings Inference's embed; providers only.
    case teiEmbed
    /// Text Embeddings Inference's rerank.
    case teiRerank
    case models
    case model
    /// Gemini's list of models, and one of them.
    case geminiModels
    case geminiModel
    /// Ollama's list of models.
    case ollamaTags
    /// Ollama's version, which its tools ask for before anything else.
    case ollamaVersion
    case health
    case live
    case ready
    case metrics
    /// Makes an account.
    case register
    /// Makes a key for an account.
    case accountKeys
    /// The sums of the caller's tenant.
    case stats
    /// The usage of the caller's key.
    case usage
    /// The admin API, all of its paths; on the admin listener only.
    case admin
    /// A path that no surface serves. It exists so that refused requests are counted and logged like all others.
    case unknown

    /// How the model name is found in a request of this surface.
    public enum Body: Sendable {
        /// A JSON object with a `model` member.
        case json
        /// A JSON object; the model is in the path.
        case jsonPathModel
        /// A `multipart/form-data` form with a `model` field.
        case form
        /// No body is read.
        case none
    }

    /// The path template, as it stands in metrics and logs: bounded in number, never what the client typed.
    public var route: String {
        switch self {
        case .chat: "/v1/chat/completions"
        case .completions: "/v1/completions"
        case .embeddings: "/v1/embeddings"
        case .moderations: "/v1/moderations"
        case .imageGenerations: "/v1/images/generations"
        case .imageEdits: "/v1/images/edits"
        case .imageVariations: "/v1/images/variations"
        case .speech: "/v1/audio/speech"
        case .transcriptions: "/v1/audio/transcriptions"
        case .translations: "/v1/audio/translations"
        case .rerank: "/v1/rerank"
        case .responses: "/v1/responses"
        case .responsesInputTokens: "/v1/responses/input_tokens"
        case .messages: "/v1/messages"
        case .countTokens: "/v1/messages/count_tokens"
        case .generateContent: "/v1beta/models/{model}:generateContent"
        case .streamGenerateContent: "/v1beta/models/{model}:streamGenerateContent"
        case .geminiCountTokens: "/v1beta/models/{model}:countTokens"
        case .embedContent: "/v1beta/models/{model}:embedContent"
        case .batchEmbedContents: "/v1beta/models/{model}:batchEmbedContents"
        case .vertexEmbed: "/v1/publishers/google/models/{model}:predict"
        case .converse: "/model/{model}/converse"
        case .converseStream: "/model/{model}/converse-stream"
        case .bedrockCountTokens: "/model/{model}/count-tokens"
        case .invokeModel: "/model/{model}/invoke"
        case .ollamaChat: "/api/chat"
        case .ollamaGenerate: "/api/generate"
        case .ollamaEmbed: "/api/embed"
        case .cohereChat: "/v2/chat"
        case .cohereEmbed: "/v2/embed"
        case .cohereRerank: "/v2/rerank"
        case .teiEmbed: "/embed"
        case .teiRerank: "/rerank"
        case .models: "/v1/models"
        case .model: "/v1/models/{id}"
        case .geminiModels: "/v1beta/models"
        case .geminiModel: "/v1beta/models/{id}"
        case .ollamaTags: "/api/tags"
        case .ollamaVersion: "/api/version"
        case .health: "/health"
        case .live: "/health/live"
        case .ready: "/health/ready"
        case .metrics: "/metrics"
        case .register: "/auth/register"
        case .accountKeys: "/auth/keys"
        case .stats: "/api/stats"
        case .usage: "/v1/usage"
        case .admin: "/admin/v1"
        case .unknown: "other"
        }
    }

    /// The short name used in logs and in route matches.
    public var name: String {
        switch self {
        case .chat: "chat"
        case .completions: "completions"
        case .embeddings: "embeddings"
        case .moderations: "moderations"
        case .imageGenerations: "image_generations"
        case .imageEdits: "image_edits"
        case .imageVariations: "image_variations"
        case .speech: "speech"
        case .transcriptions: "transcriptions"
        case .translations: "translations"
        case .rerank: "rerank"
        case .responses: "responses"
        case .responsesInputTokens: "responses_input_tokens"
        case .messages: "messages"
        case .countTokens: "count_tokens"
        case .generateContent, .streamGenerateContent: "generate_content"
        case .geminiCountTokens: "gemini_count_tokens"
        case .embedContent, .batchEmbedContents: "embed_content"
        case .vertexEmbed: "vertex_embed"
        case .converse, .converseStream: "converse"
        case .bedrockCountTokens: "bedrock_count_tokens"
        case .invokeModel: "invoke_model"
        case .ollamaChat: "ollama_chat"
        case .ollamaGenerate: "ollama_generate"
        case .ollamaEmbed: "ollama_embed"
        case .cohereChat: "cohere_chat"
        case .cohereEmbed: "cohere_embed"
        case .cohereRerank: "cohere_rerank"
        case .teiEmbed: "tei_embed"
        case .teiRerank: "tei_rerank"
        case .models, .model, .geminiModels, .geminiModel, .ollamaTags: "models"
        case .ollamaVersion: "version"
        case .health, .live, .ready: "health"
        case .metrics: "metrics"
        case .register: "register"
        case .accountKeys: "account_keys"
        case .stats: "stats"
        case .usage: "usage"
        case .admin: "admin"
        case .unknown: "unknown"
        }
    }

    /// What the surface is for.
    public var operation: Operation {
        switch self {
        case .chat, .completions, .responses, .messages, .generateContent, .streamGenerateContent, .converse,
            .converseStream, .ollamaChat, .ollamaGenerate, .cohereChat:
            .chat
        case .embeddings, .embedContent, .batchEmbedContents, .vertexEmbed, .ollamaEmbed, .cohereEmbed, .teiEmbed,
            .invokeModel:
            .embed
        case .rerank, .cohereRerank, .teiRerank: .rerank
        case .countTokens, .geminiCountTokens, .bedrockCountTokens, .responsesInputTokens: .countTokens
        default: .native
        }
    }

    /// The dialect of its requests, answers and errors.
    public var dialect: Dialect {
        switch self {
        case .completions: .openAICompletions
        case .responses, .responsesInputTokens: .openAIResponses
        case .messages, .countTokens: .anthropic
        case .generateContent, .streamGenerateContent, .geminiCountTokens, .embedContent, .batchEmbedContents,
            .geminiModels, .geminiModel:
            .gemini
        case .vertexEmbed: .vertex
        case .converse, .converseStream, .bedrockCountTokens, .invokeModel: .bedrock
        case .ollamaChat, .ollamaEmbed, .ollamaTags, .ollamaVersion: .ollama
        case .ollamaGenerate: .ollamaGenerate
        case .cohereChat, .cohereEmbed, .cohereRerank: .cohere
        case .teiEmbed, .teiRerank: .tei
        default: .openAIChat
        }
    }

    /// Whether requests of this surface go to a provider.
    public var isModelSurface: Bool {
        switch self {
        case .models, .model, .geminiModels, .geminiModel, .ollamaTags, .ollamaVersion, .health, .live, .ready,
            .metrics, .register, .accountKeys, .stats, .usage, .admin, .unknown:
            false
        default: true
        }
    }

    /// Whether its answers are pictures, some vendors' prices of which are by the piece.
    public var makesImages: Bool {
        switch self {
        case .imageGenerations, .imageEdits, .imageVariations: true
        default: false
        }
    }

    /// Whether clients can call it: the others are providers' own.
    public var isClientSurface: Bool {
        switch self {
        case .vertexEmbed, .bedrockCountTokens, .invokeModel, .cohereChat, .cohereEmbed, .teiEmbed, .admin, .unknown:
            false
        default: true
        }
    }

    /// Whether it tells of the process itself: health and metrics.
    public var isOperational: Bool {
        switch self {
        case .health, .live, .ready, .metrics: true
        default: false
        }
    }

    /// Whether its requests carry a key: all but those that tell of the process, and those of people who have none yet.
    public var takesKey: Bool {
        !self.isOperational && self != .register && self != .accountKeys
    }

    /// Whether it is called by POST; the others by GET and HEAD.
    public var takesPost: Bool {
        self.isModelSurface || self == .register || self == .accountKeys
    }

    /// How the model is found in the request.
    public var body: Body {
        switch self {
        case .imageEdits, .imageVariations, .transcriptions, .translations: .form
        case .generateContent, .streamGenerateContent, .geminiCountTokens, .embedContent, .batchEmbedContents,
            .vertexEmbed, .converse, .converseStream, .bedrockCountTokens, .invokeModel, .teiRerank, .teiEmbed:
            .jsonPathModel
        case _ where self.isModelSurface: .json
        default: .none
        }
    }

    /// Whether a stream of this surface takes `stream_options.include_usage` and ends with a usage chunk.
    public var hasUsageOption: Bool {
        self == .chat || self == .completions
    }

    /// Whether its clients may send their key as `?key=`. `GET /v1/models` is one of Google's paths as well.
    public var takesKeyInQuery: Bool {
        self.dialect == .gemini || self == .models || self == .model
    }

    /// Whether its streams are asked for by the path, not by the body.
    public var isStreamingPath: Bool {
        self == .streamGenerateContent || self == .converseStream
    }

    /// Whether an answer is a stream when the request does not say.
    public var streamsByDefault: Bool {
        self == .ollamaChat || self == .ollamaGenerate
    }

    /// The method that this surface answers to, as it stands in `Allow`.
    public var allowedMethods: String {
        self.takesPost ? "POST" : "GET, HEAD"
    }
}
