import SluiceWire

/// `embedContent`, `batchEmbedContents` and Vertex's `predict`: the same vectors as those of the other dialects.
enum GeminiEmbeddings {
    private static let defaultDimensions = 256
    /// The most numbers in one reply.
    private static let mostNumbers = 12_582_912

    static func one(_ root: JSONNode) throws(RequestFault) -> [UInt8] {
        let dimensions = Self.dimensions(root)
        let text = try text(of: root["content"], "content")
        return .json(capacity: 4096) { json in
            json.object("embedding") { write(text, dimensions, to: &$0) }
            writeUsage(text.utf8.count, to: &json)
        }
    }

    private static func dimensions(_ request: JSONNode) -> Int? {
        request["outputDimensionality"]?.intValue ?? request["embedContentConfig"]?["outputDimensionality"]?.intValue
    }

    /// `model` is the name in the path where every request of the batch has to repeat it; `nil` on Vertex.
    static func batch(_ root: JSONNode, model: String?) throws(RequestFault) -> [UInt8] {
        var inputs: [(text: String, dimensions: Int?)] = []
        var numbers = 0
        for (index, request) in root.list("requests").enumerated() {
            let path = "requests[\(index)]"
            if let model, request.text("model") != "models/\(model)" {
                throw GeminiError.invalid(
                    "\(path).model",
                    "* BatchEmbedContentsRequest.\(path).model: expected models/\(model), the model of the path")
            }
            let dimensions = Self.dimensions(request)
            numbers += dimensions ?? defaultDimensions
            guard numbers <= mostNumbers else {
                throw GeminiError.invalid(path, "The batch asks for more than \(mostNumbers) numbers.")
            }
            inputs.append((try text(of: request["content"], path), dimensions))
        }
        return .json(capacity: numbers * 12 + 256) { json in
            json.array("embeddings") { json in
                for (text, dimensions) in inputs {
                    json.object { write(text, dimensions, to: &$0) }
                }
            }
            writeUsage(inputs.reduce(0) { $0 + $1.text.utf8.count }, to: &json)
        }
    }

    /// Vertex's answer to instances.
    static func predictions(_ root: JSONNode) throws(RequestFault) -> [UInt8] {
        let instances = root.list("instances")
        let dimensions = root["parameters"]?["outputDimensionality"]?.intValue
        guard instances.count * (dimensions ?? defaultDimensions) <= mostNumbers else {
            throw GeminiError.invalid("instances", "The batch asks for more than \(mostNumbers) numbers.")
        }
        let texts = instances.map { $0.text("content") ?? "" }
        guard texts.allSatisfy({ !$0.isEmpty }) else {
            throw GeminiError.invalid("instances", "The text content is empty.")
        }
        return .json(capacity: texts.count * defaultDimensions * 12 + 256) { json in
            json.array("predictions") { json in
                for text in texts {
                    json.object { json in
                        json.object("embeddings") { json in
                            json.object("statistics") { json in
                                json.member("truncated", false)
                                json.member("token_count", max(1, (text.utf8.count + 3) / 4))
                            }
                            write(text, dimensions, to: &json)
                        }
                    }
                }
            }
        }
    }

    private static func text(of content: JSONNode?, _ path: String) throws(RequestFault) -> String {
        let parts = content?.list("parts") ?? []
        let text = parts.compactMap { $0.text("text") }.joined()
        guard !parts.isEmpty, !text.isEmpty || parts.contains(where: { $0.has("inlineData") || $0.has("fileData") })
        else {
            throw GeminiError.invalid(path, "* EmbedContentRequest.content: contents is not specified")
        }
        return text
    }

    private static func write(_ text: String, _ dimensions: Int?, to json: inout JSONWriter) {
        json.array("values") { json in
            for number in Embeddings.vector(for: text, dimensions: dimensions ?? defaultDimensions) {
                json.numberText(number.description)
            }
        }
    }

    private static func writeUsage(_ bytes: Int, to json: inout JSONWriter) {
        json.object("usageMetadata") { json in
            json.member("promptTokenCount", max(1, (bytes + 3) / 4))
            GeminiReply.writeDetails("promptTokenDetails", max(1, (bytes + 3) / 4), to: &json)
        }
    }
}
