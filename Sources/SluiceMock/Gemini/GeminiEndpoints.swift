import NIOHTTP1
import SluiceWire

/// Gemini's methods: checks a request, reads what behaviour it asks for, and plans the reply.
struct GeminiEndpoints {
    let endpoints: VendorEndpoints

    func reply(_ operation: GeminiOperation, model: String) throws(RequestFault) -> ReplyPlan {
        switch operation {
        case .list:
            return try endpoints.failing(try endpoints.behaviour(model: "mock")) { _ in
                ReplyPlan(json: Models.list(.gemini(inArray: false)))
            }
        case .get:
            return try endpoints.failing(try endpoints.behaviour(model: "mock")) { _ throws(RequestFault) in
                ReplyPlan(json: try Models.model(model, .gemini(inArray: false)))
            }
        case .generate, .stream:
            return try generate(model, isStreaming: operation == .stream)
        case .count:
            return try count(model)
        case .embed, .embedBatch:
            return try embed(model, isBatch: operation == .embedBatch)
        case .predict:
            return try embed(model, GeminiShape.predict) { root throws(RequestFault) in
                try GeminiEmbeddings.predictions(root)
            }
        }
    }

    private func generate(_ model: String, isStreaming: Bool) throws(RequestFault) -> ReplyPlan {
        let root = try GeminiSpelling.usual(try endpoints.parse())
        let behaviour = try endpoints.behaviour(model: model)
        try endpoints.check(root, GeminiShape.generate, ShapeChecker(isLenient: behaviour.isLenient))
        try GeminiRules(model: GeminiModel(ModelName(model))).check(root)
        let read = GeminiReader.read(
            root, model: model, isStreaming: isStreaming,
            textLimit: behaviour.echoes ? Int.max : PromptText.beginningBytes)
        let isArray = RequestURI(endpoints.request.uri).query("alt") != "sse"
        return try endpoints.failing(behaviour, isStreaming: isStreaming) { behaviour in
            let reply = GeminiReply(read, root["generationConfig"], behaviour)
            guard isStreaming else {
                var plan = TextReplies.whole(reply.segments(), reply.answer, behaviour)
                plan.headers.replaceOrAdd(name: "content-type", value: "application/json; charset=UTF-8")
                return plan
            }
            return TextReplies.stream(
                GeminiStream(reply, isArray: isArray, behaviour), behaviour, usage: reply.answer.usage,
                contentType: isArray ? "application/json; charset=UTF-8" : "text/event-stream")
        }
    }

    private func count(_ model: String) throws(RequestFault) -> ReplyPlan {
        let root = try GeminiSpelling.usual(try endpoints.parse())
        let behaviour = try endpoints.behaviour(model: model)
        try endpoints.check(root, GeminiShape.count, ShapeChecker(isLenient: behaviour.isLenient))
        let counted = root["generateContentRequest"] ?? root
        guard !(root.has("contents") && root.has("generateContentRequest")) else {
            throw GeminiError.invalid("contents", "Only one of contents and generateContentRequest may be set.")
        }
        if counted.has("contents") || !root.has("instances") {
            try GeminiTurns(model: GeminiModel(ModelName(model))).check(counted)
        }
        let read = GeminiReader.read(
            counted, model: model, isStreaming: false, textLimit: PromptText.beginningBytes)
        return try endpoints.failing(behaviour) { behaviour in
            ReplyPlan(json: GeminiReply.count(read), behaviour: behaviour)
        }
    }

    private func embed(_ model: String, isBatch: Bool) throws(RequestFault) -> ReplyPlan {
        guard isBatch else {
            return try embed(model, GeminiShape.embed) { root throws(RequestFault) in try GeminiEmbeddings.one(root) }
        }
        // Vertex's requests do not repeat the model.
        guard !endpoints.request.uri.contains("/publishers/") else {
            return try embed(model, GeminiShape.vertexBatch) { root throws(RequestFault) in
                try GeminiEmbeddings.batch(root, model: nil)
            }
        }
        return try embed(model, GeminiShape.embedBatch) { root throws(RequestFault) in
            try GeminiEmbeddings.batch(root, model: model)
        }
    }

    private func embed(
        _ model: String, _ shape: RecordShape, _ write: (JSONNode) throws(RequestFault) -> [UInt8]
    ) throws(RequestFault) -> ReplyPlan {
        let root = try GeminiSpelling.usual(try endpoints.parse())
        let behaviour = try endpoints.behaviour(model: model)
        try endpoints.check(root, shape, ShapeChecker(isLenient: behaviour.isLenient))
        let json = try write(root)
        return try endpoints.failing(behaviour) { behaviour in ReplyPlan(json: json, behaviour: behaviour) }
    }
}
