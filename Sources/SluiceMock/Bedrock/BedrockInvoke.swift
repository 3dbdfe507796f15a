import SluiceWire

/// `InvokeModel` for the models that make embeddings, each in the shape of its maker: Amazon's Titan and Cohere's.
///
/// Source: Bedrock's user guide, inference parameters of Titan Embeddings and of Cohere Embed (read 2026-11).
enum BedrockInvoke {
    private static let titan = RecordShape(
        .required("inputText", .string), .optional("dimensions", .integer(1...4096)), .optional("normalize", .boolean),
        .optional("embeddingTypes", .array(of: .word(["float", "binary"]))))

    private static let cohere = RecordShape(
        .optional("texts", .array(of: .string, count: 1...96)), .optional("images", .array(of: .string, count: 1...96)),
        .optional("inputs", .array(of: .object)),
        .required("input_type", .word(["search_document", "search_query", "classification", "clustering", "image"])),
        .optional("truncate", .word(["NONE", "START", "END", "LEFT", "RIGHT"])),
        .optional("embedding_types", .array(of: .word(["float", "int8", "uint8", "binary", "ubinary"]))),
        .optional("output_dimension", .integer(256...1536)), .optional("max_tokens", .integer(1...Int.max)))

    private static let titanDimensions = 1024
    private static let cohereDimensions = 256

    /// The reply to the body of a model of this name, and the tokens that it counts for.
    static func reply(
        _ root: JSONNode, _ name: ModelName, _ checker: ShapeChecker
    ) throws(RequestFault) -> (body: [UInt8], tokens: Int) {
        if name.base.contains("cohere") || root.has("texts") { return try cohere(root, checker) }
        guard name.base.contains("titan") || root.has("inputText") else {
            throw BedrockError.invalid(
                "The mock answers invoke for models of Titan and Cohere that make embeddings; use converse for others.")
        }
        return try titan(root, checker)
    }

    private static func titan(
        _ root: JSONNode, _ checker: ShapeChecker
    ) throws(RequestFault) -> (body: [UInt8], tokens: Int) {
        try check(root, titan, checker)
        let text = root.text("inputText") ?? ""
        guard !text.isEmpty else {
            throw BedrockError.invalid(
                "Malformed input request: expected minLength: 1, actual: 0, please reformat your input and try again.")
        }
        let tokens = (text.utf8.count + 3) / 4
        let vector = Embeddings.vector(for: text, dimensions: root["dimensions"]?.intValue ?? titanDimensions)
        let body = [UInt8].json(capacity: vector.count * 12) { json in
            write(vector, "embedding", to: &json)
            json.object("embeddingsByType") { write(vector, "float", to: &$0) }
            json.member("inputTextTokenCount", tokens)
        }
        return (body, tokens)
    }

    private static func cohere(
        _ root: JSONNode, _ checker: ShapeChecker
    ) throws(RequestFault) -> (body: [UInt8], tokens: Int) {
        try check(root, cohere, checker)
        let texts = root.list("texts").compactMap(\.stringValue)
        guard !texts.isEmpty else {
            throw BedrockError.invalid("Malformed input request: required key [texts] not found, please reformat.")
        }
        let hasTypes = root.has("embedding_types")
        let body = [UInt8].json(capacity: texts.count * cohereDimensions * 12) { json in
            json.member("id", "embed-" + DeterministicHash.digits(DeterministicHash.of(texts.joined().utf8)))
            if hasTypes {
                json.object("embeddings") { json in
                    for type in root.list("embedding_types").compactMap(\.stringValue) {
                        json.key(type)
                        CohereEmbed.write(texts, type, dimensions: cohereDimensions, to: &json)
                    }
                }
            } else {
                json.key("embeddings")
                CohereEmbed.write(texts, "float", dimensions: cohereDimensions, to: &json)
            }
            json.member("response_type", hasTypes ? "embeddings_by_type" : "embeddings_floats")
            json.array("texts") { json in
                for text in texts { json.string(text) }
            }
        }
        return (body, texts.reduce(0) { $0 + ($1.utf8.count + 3) / 4 })
    }

    private static func write(_ vector: [Float], _ key: StaticString, to json: inout JSONWriter) {
        json.array(key) { json in
            for number in vector { json.numberText(number.description) }
        }
    }

    private static func check(_ root: JSONNode, _ shape: RecordShape, _ checker: ShapeChecker) throws(RequestFault) {
        do throws(ShapeFault) {
            try checker.check(root, .record(shape))
        } catch {
            throw BedrockError.fault(error)
        }
    }
}
