import NIOHTTP1
import SluiceWire

/// Bedrock's operations: checks a request, reads what behaviour it asks for, and plans the reply.
struct BedrockEndpoints {
    let endpoints: VendorEndpoints

    func reply(_ operation: BedrockOperation, model: String) throws(RequestFault) -> ReplyPlan {
        let root = try endpoints.parse()
        let behaviour = try endpoints.behaviour(model: model)
        let checker = ShapeChecker(isLenient: behaviour.isLenient)
        let name = ModelName(model)
        switch operation {
        case .converse, .stream:
            return try converse(root, model, behaviour, checker, isStreaming: operation == .stream)
        case .count:
            try endpoints.check(root, ConverseShape.count, checker)
            return try count(root, name, model, behaviour)
        case .invoke:
            let (body, tokens) = try BedrockInvoke.reply(root, name, checker)
            return try endpoints.failing(behaviour) { behaviour in
                var plan = ReplyPlan(json: body, behaviour: behaviour)
                plan.headers.add(name: "x-amzn-bedrock-input-token-count", value: String(tokens))
                return plan
            }
        }
    }

    private func converse(
        _ root: JSONNode, _ model: String, _ behaviour: Behaviour, _ checker: ShapeChecker, isStreaming: Bool
    ) throws(RequestFault) -> ReplyPlan {
        try endpoints.check(root, isStreaming ? ConverseShape.stream : ConverseShape.converse, checker)
        let name = ModelName(model)
        try ConverseRules(name: name).check(root)
        let read = ConverseReader.read(
            root, model: model, isStreaming: isStreaming,
            textLimit: behaviour.echoes ? Int.max : PromptText.beginningBytes)
        let thinking = ConverseReader.thinking(root, name)
        return try endpoints.failing(behaviour, isStreaming: isStreaming) { behaviour in
            let reply = ConverseReply(read, thinking, behaviour)
            guard isStreaming else { return TextReplies.whole(reply.segments(), reply.answer, behaviour) }
            return TextReplies.stream(
                ConverseStream(reply, behaviour), behaviour, usage: reply.answer.usage,
                contentType: "application/vnd.amazon.eventstream")
        }
    }

    private func count(
        _ root: JSONNode, _ name: ModelName, _ model: String, _ behaviour: Behaviour
    ) throws(RequestFault) -> ReplyPlan {
        var tokens = 1
        if let converse = root["input"]?["converse"], !converse.isNull {
            try ConverseTurns(name: name).check(converse)
            tokens =
                ConverseReader.read(
                    converse, model: model, isStreaming: false, textLimit: PromptText.beginningBytes
                ).promptTokens
        } else if let body = root["input"]?["invokeModel"]?.text("body") {
            guard let bytes = Base64.decode(body) else {
                throw BedrockError.invalid("The value at input.invokeModel.body is not base64.")
            }
            tokens = max(1, (bytes.count + 3) / 4)
        }
        let counted = tokens
        return try endpoints.failing(behaviour) { behaviour in
            ReplyPlan(json: .json { $0.member("inputTokens", counted) }, behaviour: behaviour)
        }
    }
}
