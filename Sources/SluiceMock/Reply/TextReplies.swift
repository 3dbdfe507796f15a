import NIOHTTP1
import SluiceWire

/// Plans the replies of the dialects that write text, whole and streamed.
enum TextReplies {
    /// The most text in a stream of the Responses API, whose last four events each repeat all of it.
    private static let responsesTextLimit = 4 << 20

    static func chat(_ request: GenerationRequest, _ behaviour: Behaviour) -> ReplyPlan {
        let answer = Answerer.answer(request, behaviour)
        var reply = ChatReply(
            model: request.model, answer: answer, choiceCount: request.choiceCount, usageStyle: behaviour.usage)
        if behaviour.hasReasoningAlias { reply.reasoningKey = "reasoning" }
        guard request.isStreaming else { return whole(reply.segments(), answer, behaviour) }
        return stream(
            ChatStream(reply, includesUsage: request.includesUsage, behaviour), behaviour, usage: answer.usage)
    }

    static func completions(_ request: GenerationRequest, _ behaviour: Behaviour) -> ReplyPlan {
        let answer = Answerer.answer(request, behaviour)
        let reply = CompletionsReply(
            model: request.model, answer: answer, choiceCount: request.choiceCount, usageStyle: behaviour.usage)
        guard request.isStreaming else { return whole(reply.segments(), answer, behaviour) }
        return stream(
            CompletionsStream(
                reply, includesUsage: request.includesUsage, hasDone: behaviour.hasDone, style: behaviour.sse),
            behaviour, usage: answer.usage)
    }

    static func responses(_ request: GenerationRequest, _ root: JSONNode, _ behaviour: Behaviour) -> ReplyPlan {
        var bounded = behaviour
        if request.isStreaming, let bytes = behaviour.replyBytes {
            bounded.replyBytes = min(bytes, responsesTextLimit)
        }
        let answer = Answerer.answer(request, bounded)
        let reply = ResponsesReply(root, answer: answer, model: request.model, behaviour)
        guard request.isStreaming else { return whole(reply.segments(), answer, behaviour) }
        return stream(ResponsesStream(reply, behaviour), behaviour, usage: answer.usage)
    }

    static func messages(
        _ request: GenerationRequest, _ thinking: ThinkingStyle, _ behaviour: Behaviour
    ) -> ReplyPlan {
        var request = request
        request.asksToThink = thinking.isOn
        let answer = Answerer.answer(request, behaviour)
        let reply = MessagesReply(
            model: request.model, answer: answer, thinking: thinking, usageStyle: behaviour.usage)
        guard request.isStreaming else { return whole(reply.segments(), answer, behaviour) }
        return stream(MessagesStream(reply, behaviour), behaviour, usage: answer.usage)
    }

    /// A whole reply, which takes the time of its tokens.
    static func whole(
        _ segments: [ReplyPlan.Segment], _ answer: Answer, _ behaviour: Behaviour
    ) -> ReplyPlan {
        let spelled = segments.map { segment -> ReplyPlan.Segment in
            guard case .bytes(let bytes) = segment else { return segment }
            return .bytes(behaviour.sse.spelled(bytes))
        }
        var plan = ReplyPlan(contentType: "application/json", body: .whole(spelled), behaviour: behaviour)
        plan.usage = answer.usage
        plan.generationDelay = Answerer.generationDelay(answer, behaviour)
        return plan
    }

    /// A streamed reply.
    static func stream(
        _ source: some EventSource, _ behaviour: Behaviour, usage: TokenUsage,
        contentType: String = "text/event-stream; charset=utf-8"
    ) -> ReplyPlan {
        var plan = ReplyPlan(
            contentType: contentType, body: .events(source), behaviour: behaviour)
        plan.usage = usage
        plan.headers.add(name: "cache-control", value: "no-cache")
        return plan
    }
}
