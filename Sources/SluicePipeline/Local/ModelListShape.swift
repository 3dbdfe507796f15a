import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

/// How a client's dialect writes a list of models, and one of them.
///
/// `GET /v1/models` is a path of three vendors: `anthropic-version` tells Anthropic's clients, a key in `x-goog-api-key` or
/// in `?key=` Google's; all others get OpenAI's shape.
/// Sources: the model lists of OpenAI's, Anthropic's, Google's and Ollama's API references (read 2026-11).
enum ModelListShape {
    case openAI, anthropic, gemini, ollama

    /// When the list began, as far as a gateway can say: clients want a date, and it must not change.
    private static let created = 1_735_689_600
    private static let createdText = "2025-01-01T00:00:00Z"

    init(_ surface: Surface, _ head: RequestHead) {
        switch surface {
        case .geminiModels, .geminiModel: self = .gemini
        case .ollamaTags: self = .ollama
        default:
            if head.headers.contains(name: "anthropic-version") {
                self = .anthropic
            } else if head.headers.contains(name: "x-goog-api-key")
                || (head.query?.split(separator: "&").contains { $0.hasPrefix("key=") } ?? false)
            {
                self = .gemini
            } else {
                self = .openAI
            }
        }
    }

    /// The body of a list.
    func list(_ models: [LocalEndpoints.ListedModel]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if self == .openAI {
            writer.key("object")
            writer.string("list")
        }
        writer.key(self == .openAI || self == .anthropic ? "data" : "models")
        writer.beginArray()
        for model in models { self.write(model, to: &writer) }
        writer.endArray()
        if self == .anthropic {
            writer.key("has_more")
            writer.bool(false)
            for (key, model) in [("first_id", models.first), ("last_id", models.last)] {
                writer.key(key)
                if let model { writer.string(model.id) } else { writer.null() }
            }
        }
        writer.endObject()
        return writer.take()
    }

    /// The body of one model.
    func one(_ model: LocalEndpoints.ListedModel) -> [UInt8] {
        var writer = JSONWriter()
        self.write(model, to: &writer)
        return writer.take()
    }

    private func write(_ model: LocalEndpoints.ListedModel, to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .openAI:
            Self.member("id", model.id, &writer)
            Self.member("object", "model", &writer)
            writer.key("created")
            writer.integer(Self.created)
            Self.member("owned_by", model.owner, &writer)
        case .anthropic:
            Self.member("type", "model", &writer)
            Self.member("id", model.id, &writer)
            Self.member("display_name", model.id, &writer)
            Self.member("created_at", Self.createdText, &writer)
        case .gemini:
            Self.member("name", "models/\(model.id)", &writer)
            Self.member("displayName", model.id, &writer)
            Self.member("version", "1", &writer)
            writer.key("supportedGenerationMethods")
            writer.beginArray()
            for method in ["generateContent", "streamGenerateContent", "countTokens", "embedContent"] {
                writer.string(method)
            }
            writer.endArray()
        case .ollama:
            Self.member("name", model.id, &writer)
            Self.member("model", model.id, &writer)
            Self.member("modified_at", Self.createdText, &writer)
            writer.key("size")
            writer.integer(0)
            Self.member("digest", "", &writer)
            writer.key("details")
            writer.beginObject()
            for key in ["parent_model", "format", "family", "parameter_size", "quantization_level"] {
                Self.member(key, key == "family" ? model.owner : "", &writer)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func member(_ key: String, _ value: String, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.string(value)
    }
}
