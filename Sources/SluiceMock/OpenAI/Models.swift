import NIOHTTP1
import SluiceWire

/// `GET /v1/models` and `GET /v1/models/{id}`, in OpenAI's, Anthropic's or Google's shape.
enum Models {
    /// The names in the list: one for each way of using the mock that is worth a name.
    static let names = [
        "mock", "mock-echo", "mock-slow", "mock-tokens-500", "mock-429", "mock-500", "mock-fail-2", "mock-refuse",
        "mock-cut-after-3", "mock-stall-after-3", "mock-error-after-3", "mock-malformed-after-3", "mock-no-usage",
        "mock-no-done", "mock-one-byte", "mock-crlf", "mock-embedding", "mock-image", "mock-speech", "mock-moderation",
        "mock-rerank",
    ]

    static func list(_ vendor: VendorShape) -> [UInt8] {
        .json(capacity: 2048) { json in
            if vendor == .openAI { json.member("object", "list") }
            json.array(vendor == .gemini(inArray: false) ? "models" : "data") { json in
                for name in names { write(name, vendor, to: &json) }
            }
            if vendor == .anthropic {
                json.member("has_more", false)
                json.member("first_id", names.first)
                json.member("last_id", names.last)
            }
        }
    }

    /// One model; a name is known when it asks for behaviours that there are.
    static func model(_ name: String, _ vendor: VendorShape) throws(RequestFault) -> [UInt8] {
        guard ModelName(name).isMock else {
            if case .gemini = vendor {
                throw RequestFault(
                    .notFound,
                    "models/\(name) is not found for API version v1beta, or is not supported for "
                        + "generateContent. Call ListModels to see the list of available models.")
            }
            throw RequestFault(
                .notFound, "The model `\(name)` does not exist.", param: "model", code: "model_not_found")
        }
        do throws(BehaviourError) {
            _ = try Behaviour(model: name, headers: [])
        } catch {
            throw RequestFault(error)
        }
        var json = JSONWriter()
        write(name, vendor, to: &json)
        return json.take()
    }

    private static func write(_ name: String, _ vendor: VendorShape, to json: inout JSONWriter) {
        json.object { json in
            switch vendor {
            case .gemini:
                json.member("name", "models/" + name)
                json.member("version", "001")
                json.member("displayName", name)
                json.member("inputTokenLimit", 1_048_576)
                json.member("outputTokenLimit", 65_536)
                json.array("supportedGenerationMethods") { json in
                    for method in ["generateContent", "countTokens", "embedContent", "batchEmbedContents"] {
                        json.string(method)
                    }
                }
            case .openAI, .bedrock, .ollama, .cohere, .embeddingsInference:
                json.member("id", name)
                json.member("object", "model")
                json.member("created", ChatReply.created)
                json.member("owned_by", "sluice")
            case .anthropic:
                json.member("type", "model")
                json.member("id", name)
                json.member("display_name", name)
                json.member("created_at", "2026-01-01T00:00:00Z")
            }
        }
    }
}
