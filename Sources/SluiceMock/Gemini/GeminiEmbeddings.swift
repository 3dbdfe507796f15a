import SluiceWire

/// `embedContent` and `batchEmbedContents`: the same vectors as those of the other dialects.
enum GeminiEmbeddings {
    private static let defaultDimensions = 256
    /// The most numbers in one reply.
    private static let mostNumbers = 12_582_912

    static func one(_ root: JSONNode) throws(RequestFault) -> [UInt8] {
        let dimensions =
            root["outputDimensionality"]?.intValue ?? root["embedContentConfig"]?["outputDimensionality"]?.intValue
        let text = try text(of: root["content"], "content")
        return .json(capacity: 4096) { json in
            json.object("embedding") { write(text, dimensions, to: &$0) }
            writeUsage(text.utf8.count, to: &json)
        }
    }

    /// `model` is the name in the path, which every request of the batch has to repeat.
    static func batch(_ root: JSONNode, model: String) throws(RequestFault) -> [UInt8] {
        var inputs: [(text: String, dimensions: Int?)] = []
        var numbers = 0
        for (index, request) in root.list("requests").enumerated() {
            let path = "requests[\(index)]"
            guard request.text("model") == "models/\(model)" else {
                throw GeminiError.invalid(
                    "\(path).model",
                    "* BatchEmbedContentsRequest.\(path).model: expected models/\(model), the model of the path")
            }
            let dimensions = request["outputDimensionality"]?.intValue
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
