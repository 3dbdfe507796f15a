import SluiceWire

/// Cohere's second API: checks a request, reads what behaviour it asks for, and plans the reply.
struct CohereEndpoints {
    let endpoints: VendorEndpoints

    private static let defaultDimensions = 256

    func reply(_ operation: CohereOperation) throws(RequestFault) -> ReplyPlan {
        let root = try endpoints.parse()
        let model = root.text("model") ?? "mock"
        let behaviour = try endpoints.behaviour(model: model)
        let checker = ShapeChecker(isLenient: behaviour.isLenient)
        switch operation {
        case .chat:
            try endpoints.check(root, CohereShape.chat, checker)
            try CohereRules.check(root)
            return try chat(root, behaviour)
        case .embed:
            try endpoints.check(root, CohereShape.embed, checker)
            let json = try embed(root)
            return try endpoints.failing(behaviour) { behaviour in ReplyPlan(json: json, behaviour: behaviour) }
        case .rerank:
            try endpoints.check(root, CohereShape.rerank, checker)
            return try endpoints.failing(behaviour) { behaviour in
                ReplyPlan(json: Self.rerank(root), behaviour: behaviour)
            }
        }
    }

    private func chat(_ root: JSONNode, _ behaviour: Behaviour) throws(RequestFault) -> ReplyPlan {
        let read = CohereReader.read(root, textLimit: behaviour.echoes ? Int.max : PromptText.beginningBytes)
        return try endpoints.failing(behaviour, isStreaming: read.isStreaming) { behaviour in
            let reply = CohereReply(answer: Answerer.answer(read, behaviour), usageStyle: behaviour.usage)
            guard read.isStreaming else { return TextReplies.whole(reply.segments(), reply.answer, behaviour) }
            return TextReplies.stream(
                CohereStream(reply, behaviour), behaviour, usage: reply.answer.usage, contentType: "text/event-stream")
        }
    }

    private func embed(_ root: JSONNode) throws(RequestFault) -> [UInt8] {
        let given = ["texts", "images", "inputs"].filter { root.has($0) }
        guard given.count == 1 else {
            throw CohereError.invalid("exactly one of texts, images and inputs must be provided.")
        }
        let texts =
            root.list("texts").compactMap(\.stringValue) + root.list("images").compactMap(\.stringValue)
            + root.list("inputs").map { $0.list("content").compactMap { $0.text("text") }.joined() }
        let types = root.list("embedding_types").compactMap(\.stringValue)
        let dimensions = root["output_dimension"]?.intValue ?? Self.defaultDimensions
        return .json(capacity: texts.count * dimensions * 12 + 256) { json in
            json.member("id", DeterministicHash.digits(DeterministicHash.of(texts.joined().utf8)))
            json.object("embeddings") { json in
                for type in types.isEmpty ? ["float"] : types {
                    json.key(type)
                    CohereEmbed.write(texts, type, dimensions: dimensions, to: &json)
                }
            }
            json.array("texts") { json in
                if given == ["texts"] { for text in texts { json.string(text) } }
            }
            Self.writeMeta(to: &json) { json in
                json.member("input_tokens", texts.reduce(0) { $0 + max(1, ($1.utf8.count + 3) / 4) })
            }
            json.member("response_type", "embeddings_by_type")
        }
    }

    private static func rerank(_ root: JSONNode) -> [UInt8] {
        let query = root.text("query") ?? ""
        let ranked = Rerank.ranked(query, root.list("documents").compactMap(\.stringValue))
        return .json { json in
            json.member("id", DeterministicHash.digits(DeterministicHash.of(query.utf8)))
            json.array("results") { json in
                for entry in ranked.prefix(root["top_n"]?.intValue ?? ranked.count) {
                    json.object { json in
                        json.member("index", entry.index)
                        json.key("relevance_score")
                        json.double(entry.score)
                    }
                }
            }
            writeMeta(to: &json) { $0.member("search_units", 1) }
        }
    }

    private static func writeMeta(to json: inout JSONWriter, _ units: (inout JSONWriter) -> Void) {
        json.object("meta") { json in
            json.object("api_version") { $0.member("version", "2") }
            json.object("billed_units", units)
        }
    }
}
