/// The bodies of embedding models behind Bedrock's InvokeModel, as target: Amazon's Titan and Cohere's.
///
/// Titan (`amazon.titan-embed-*`) takes one text a call, as the capability table says: several inputs need as many
/// calls. Source: Amazon Bedrock's user guide, model parameters (read 2026-11).
public enum BedrockEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .bedrock }

    /// The families of models whose bodies are known.
    private enum Family {
        case titanText1
        case titanText
        case titanImage
        case cohere

        init?(_ model: String) {
            // Inference profiles put a region before the name, ARNs the path.
            if VendorErrorBody.says(model, anyOf: ["amazon.titan-embed-image"]) {
                self = .titanImage
            } else if VendorErrorBody.says(model, anyOf: ["amazon.titan-embed-text-v1", "amazon.titan-embed-g1"]) {
                self = .titanText1
            } else if VendorErrorBody.says(model, anyOf: ["amazon.titan-embed"]) {
                self = .titanText
            } else if VendorErrorBody.says(model, anyOf: ["cohere.embed"]) {
                self = .cohere
            } else {
                return nil
            }
        }
    }

    public static func writeRequest(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        guard let family = Family(context.model) else {
            throw .unsupported("model", "Embeddings on Bedrock are known for the models of Titan and Cohere only.")
        }
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        if family == .cohere {
            try CohereEmbeddingBody.write(request, &context, isOnBedrock: true, to: &writer)
        } else {
            try Self.writeTitan(request, family, &context, to: &writer)
        }
        writer.endObject()
        return writer.take()
    }

    private static func writeTitan(
        _ request: NeutralEmbeddingRequest, _ family: Family, _ context: inout EmbeddingContext,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        guard let input = request.inputs.first else { throw .invalid("input", "input is missing or empty.") }
        guard request.inputs.count == 1 else { throw .unsupported("input", "Titan takes one input a call.") }
        try Self.writeTitan(input, family, to: &writer)
        if let dimensions = request.dimensions {
            switch family {
            case .titanText:
                writer.key("dimensions" as StaticString)
                writer.integer(dimensions)
            case .titanImage:
                writer.key("embeddingConfig" as StaticString)
                writer.beginObject()
                writer.key("outputEmbeddingLength" as StaticString)
                writer.integer(dimensions)
                writer.endObject()
            case .titanText1, .cohere:
                throw .unsupported("dimensions", "The model's vectors have one length only.")
            }
        }
        if let isNormalized = request.isNormalized {
            if family == .titanText {
                writer.key("normalize" as StaticString)
                writer.bool(isNormalized)
            } else if !isNormalized {
                context.losses.drop("normalize")
            }
        }
        if request.task != nil { context.losses.drop("task_type") }
        if request.title != nil { context.losses.drop("title") }
        if request.truncation != nil { context.losses.drop("truncate") }
        if request.endUser != nil { context.losses.drop("user") }
        request.extras.write(for: .bedrock, to: &writer, losses: &context.losses)
    }

    private static func writeTitan(
        _ input: NeutralEmbeddingRequest.Input, _ family: Family, to writer: inout JSONWriter
    ) throws(ConversionError) {
        guard family == .titanImage, case .parts(let parts) = input else {
            writer.key("inputText" as StaticString)
            writer.string(try Self.text(of: input, at: 0))
            return
        }
        var texts: [JSONString] = []
        var picture: JSONString?
        for part in parts {
            switch part.content {
            case .text(let text): texts.append(text)
            case .image(let media):
                guard case .base64(let data) = media.source, picture == nil else {
                    throw .unsupported("input[0]", "The model takes one picture, as base64.")
                }
                picture = data
            default: throw .unsupported("input[0]", "The model takes texts and pictures only.")
            }
        }
        if !texts.isEmpty {
            writer.key("inputText" as StaticString)
            writer.string(JSONString.joined(texts, separator: "\n"))
        }
        if let picture {
            writer.key("inputImage" as StaticString)
            writer.string(picture)
        }
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        let root = document.root
        if Family(context.model) == .cohere { return try CohereEmbeddingBody.read(root, to: request) }
        if let message = root["message"]?.stringValue, !message.isEmpty { throw .malformed(message) }
        guard let node = root["embedding"] ?? root["embeddingsByType"]?["float"] else {
            throw .malformed("The provider's answer has no embedding.")
        }
        let vectors = [try NeutralVector(node)]
        try Self.checkVectors(vectors, request)
        let tokens = root["inputTextTokenCount"]?.intValue
        return NeutralEmbeddingResponse(vectors: vectors, usage: tokens.map { TokenUsage(uncachedInput: $0) })
    }
}
