import NIOHTTP1
import SluiceWire

/// Ollama's own API: checks a request, reads what behaviour it asks for, and plans the reply.
struct OllamaEndpoints {
    let endpoints: VendorEndpoints

    private static let defaultDimensions = 256
    /// The most numbers in one reply.
    private static let mostNumbers = 12_582_912

    func reply(_ operation: OllamaOperation) throws(RequestFault) -> ReplyPlan {
        switch operation {
        case .tags:
            return try endpoints.failing(try endpoints.behaviour(model: "mock")) { _ in
                ReplyPlan(json: OllamaModels.tags())
            }
        case .version:
            return try endpoints.failing(try endpoints.behaviour(model: "mock")) { _ in
                ReplyPlan(json: .json { $0.member("version", OllamaModels.version) })
            }
        default:
            break
        }
        let root = try endpoints.parse()
        let model = root.text("model") ?? root.text("name") ?? "mock"
        let behaviour: Behaviour
        do throws(RequestFault) {
            behaviour = try endpoints.behaviour(model: model)
        } catch {
            guard error.status == .notFound else { throw error }
            throw RequestFault(.notFound, "model '\(model)' not found")
        }
        let checker = ShapeChecker(isLenient: behaviour.isLenient)
        switch operation {
        case .chat, .generate:
            return try text(root, behaviour, checker, isChat: operation == .chat)
        case .embed, .embeddings:
            return try embed(root, model, behaviour, checker, isOld: operation == .embeddings)
        default:
            try endpoints.check(root, OllamaShape.show, checker)
            return try endpoints.failing(behaviour) { behaviour in
                ReplyPlan(json: OllamaModels.show(), behaviour: behaviour)
            }
        }
    }

    private func text(
        _ root: JSONNode, _ behaviour: Behaviour, _ checker: ShapeChecker, isChat: Bool
    ) throws(RequestFault) -> ReplyPlan {
        do throws(ShapeFault) {
            try checker.check(root, .record(isChat ? OllamaShape.chat : OllamaShape.generate))
        } catch {
            // Go names the type of the request that it could not fill.
            var fault = OllamaError.fault(error)
            fault.message.replace(
                "struct field ", with: "struct field \(isChat ? "ChatRequest" : "GenerateRequest").", maxReplacements: 1
            )
            throw fault
        }
        let limit = behaviour.echoes ? Int.max : PromptText.beginningBytes
        let read =
            isChat
            ? try OllamaReader.chat(root, textLimit: limit) : try OllamaReader.generate(root, textLimit: limit)
        let isLoading = isChat ? root.list("messages").isEmpty : (root.text("prompt") ?? "").isEmpty
        let isUnloading = root["keep_alive"].map { $0.intValue == 0 || $0.stringValue == "0" } ?? false
        return try endpoints.failing(behaviour, isStreaming: read.isStreaming && !isLoading) { behaviour in
            let reply = OllamaReply(
                model: read.model, answer: Answerer.answer(read, behaviour), usageStyle: behaviour.usage, isChat: isChat
            )
            if isLoading { return ReplyPlan(json: reply.loading(isUnloading: isUnloading), behaviour: behaviour) }
            guard read.isStreaming else { return TextReplies.whole(reply.segments(), reply.answer, behaviour) }
            return TextReplies.stream(
                OllamaStream(reply, behaviour), behaviour, usage: reply.answer.usage,
                contentType: "application/x-ndjson")
        }
    }

    private func embed(
        _ root: JSONNode, _ model: String, _ behaviour: Behaviour, _ checker: ShapeChecker, isOld: Bool
    ) throws(RequestFault) -> ReplyPlan {
        try endpoints.check(root, isOld ? OllamaShape.embeddings : OllamaShape.embed, checker)
        let input = root[isOld ? "prompt" : "input"]
        let texts = input?.stringValue.map { [$0] } ?? input?.list.compactMap(\.stringValue) ?? []
        let dimensions = root["dimensions"]?.intValue ?? Self.defaultDimensions
        guard texts.count * dimensions <= Self.mostNumbers else {
            throw RequestFault(.badRequest, "the reply would have more than \(Self.mostNumbers) numbers")
        }
        return try endpoints.failing(behaviour) { behaviour in
            let json = [UInt8].json(capacity: texts.count * dimensions * 12) { json in
                if isOld {
                    json.array("embedding") { Self.write(texts.first ?? "", dimensions, to: &$0) }
                    return
                }
                json.member("model", model)
                json.array("embeddings") { json in
                    for text in texts {
                        json.beginArray()
                        Self.write(text, dimensions, to: &json)
                        json.endArray()
                    }
                }
                json.member("total_duration", 2_000_000)
                json.member("load_duration", 1_000_000)
                json.member("prompt_eval_count", texts.reduce(0) { $0 + max(1, ($1.utf8.count + 3) / 4) })
            }
            return ReplyPlan(json: json, behaviour: behaviour)
        }
    }

    private static func write(_ text: String, _ dimensions: Int, to json: inout JSONWriter) {
        for number in Embeddings.vector(for: text, dimensions: dimensions) { json.numberText(number.description) }
    }
}
