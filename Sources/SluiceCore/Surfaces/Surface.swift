/// An API that clients call: a path, its methods and its dialect.
///
/// The set is closed, so that metric labels and the router's table are too. Every model surface is reachable with and
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
    case rerank
    case responses
    case models
    case model
    case health
    case live
    case ready
    case metrics
    /// A path that no surface serves. It exists so that refused requests are counted and logged like all others.
    case unknown

    /// How the model name is found in a request of this surface.
    public enum Body: Sendable {
        /// A JSON object with a `model` member.
        case json
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
        case .models: "/v1/models"
        case .model: "/v1/models/{id}"
        case .health: "/health"
        case .live: "/health/live"
        case .ready: "/health/ready"
        case .metrics: "/metrics"
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
        case .models, .model: "models"
        case .health, .live, .ready: "health"
        case .metrics: "metrics"
        case .unknown: "unknown"
        }
    }

    /// Whether requests of this surface go to a provider.
    public var isModelSurface: Bool {
        switch self {
        case .models, .model, .health, .live, .ready, .metrics, .unknown: false
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

    /// How the model is found in the request.
    public var body: Body {
        switch self {
        case .imageEdits, .imageVariations, .transcriptions, .translations: .form
        case _ where self.isModelSurface: .json
        default: .none
        }
    }

    /// Whether a stream of this surface takes `stream_options.include_usage` and ends with a usage chunk.
    public var hasUsageOption: Bool {
        self == .chat || self == .completions
    }

    /// The method that this surface answers to, as it stands in `Allow`.
    public var allowedMethods: String {
        self.isModelSurface ? "POST" : "GET, HEAD"
    }
}
