/// Writes `response` objects: a head of its own for each state, and what repeats the request, which is written once.
///
/// Every member of the vendor's type that its clients read is there, `null` where there is nothing to say.
/// Source: types of OpenAI's Python SDK 3.52, response (read 2026-11).
struct OpenAIResponsesObject {
    /// `resp_...`.
    let id: String
    private let createdAt: Int
    private let model: String
    /// Members, with the commas between them.
    private let echo: [UInt8]

    init(id: String, createdAt: Int, serviceTier: NeutralServiceTier?, _ context: ResponseWriting) {
        self.id = id
        self.createdAt = createdAt
        self.model = context.model
        self.echo = Self.echo(context.request, serviceTier ?? context.request.serviceTier)
    }

    /// Writes the object. `output`: a JSON array; `completedAt`: in seconds since 1970, where it is known.
    func write(
        _ outcome: OpenAIResponsesOutcome,
        output: [UInt8],
        usage: TokenUsage?,
        completedAt: Int? = nil,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.named("id", id)
        json.named("object", "response")
        json.named("created_at", createdAt)
        json.named("status", outcome.status.description)
        if let completedAt { json.named("completed_at", completedAt) } else { json.namedNull("completed_at") }
        if let error = outcome.error {
            json.named("error") { json in
                json.named("code", error.code)
                json.named("message", error.message)
            }
        } else {
            json.namedNull("error")
        }
        if let reason = outcome.reason {
            json.named("incomplete_details") { $0.named("reason", reason.description) }
        } else {
            json.namedNull("incomplete_details")
        }
        json.named("model", model)
        json.key("output" as StaticString)
        json.raw(output)
        if let usage {
            json.key("usage" as StaticString)
            Self.write(usage, to: &json)
        } else {
            json.namedNull("usage")
        }
        json.raw(echo)
        json.endObject()
    }

    private static func write(_ usage: TokenUsage, to json: inout JSONWriter) {
        json.beginObject()
        json.named("input_tokens", usage.promptTokens)
        json.named("input_tokens_details") { json in
            json.named("cached_tokens", usage.cacheRead)
            json.named("cache_write_tokens", TokenUsage.sum(usage.cacheWrite5m, usage.cacheWrite1h))
        }
        json.named("output_tokens", usage.completionTokens)
        json.named("output_tokens_details") { $0.named("reasoning_tokens", usage.reasoning) }
        json.named("total_tokens", usage.totalTokens)
        json.endObject()
    }

    // MARK: What repeats the request

    private static func echo(_ request: NeutralRequest, _ tier: NeutralServiceTier?) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.named("background", false)
        self.writeInstructions(request, to: &json)
        if let most = request.maximumOutputTokens {
            json.named("max_output_tokens", most)
        } else {
            json.namedNull("max_output_tokens")
        }
        json.named("max_tool_calls", json: request.extras.responsesOrNull("max_tool_calls"))
        json.named("parallel_tool_calls", request.allowsParallelCalls ?? true)
        json.namedNull("previous_response_id")
        self.write("prompt_cache_key", request.cacheKey, to: &json)
        self.writeReasoning(request, to: &json)
        self.write("safety_identifier", request.endUser, to: &json)
        if let tier {
            json.named("service_tier", OpenAIResponsesServiceTier.name(of: tier))
        } else {
            json.named("service_tier", json: request.extras.responsesOrNull("service_tier"))
        }
        self.write("temperature", request.sampling.temperature, to: &json)
        self.writeText(request, to: &json)
        self.writeTools(request, to: &json)
        json.named("top_logprobs", request.logprobs ?? 0)
        self.write("top_p", request.sampling.topP, to: &json)
        json.named("truncation", "disabled")
        json.named("user", json: request.extras.responsesOrNull("user"))
        json.named("metadata") { json in
            for label in request.metadata {
                json.key(label.key.text)
                json.string(label.value)
            }
        }
        json.endObject()
        // What the client wrote over several lines must fit into one line of a stream. Within JSON a raw line end is
        // white space between tokens.
        return json.take().dropFirst().dropLast().map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    }

    private static func write(_ key: StaticString, _ value: JSONString?, to json: inout JSONWriter) {
        if let value { json.named(key, text: value) } else { json.namedNull(key) }
    }

    private static func write(_ key: StaticString, _ value: NumberText?, to json: inout JSONWriter) {
        if let value { json.named(key, number: value) } else { json.namedNull(key) }
    }

    private static func writeInstructions(_ request: NeutralRequest, to json: inout JSONWriter) {
        var text: JSONString?
        if let first = request.messages.first, first.role == .system, first.parts.count == 1,
            case .text(let instructions)? = first.parts.first?.content
        {
            text = instructions
        }
        self.write("instructions", text, to: &json)
    }

    private static func writeReasoning(_ request: NeutralRequest, to json: inout JSONWriter) {
        json.named("reasoning") { json in
            if let effort = request.reasoning?.effort {
                json.named("effort", effort.rawValue)
            } else {
                json.namedNull("effort")
            }
            self.write("summary", request.reasoning?.summary, to: &json)
            request.extras.writeResponses(within: "reasoning", to: &json)
        }
    }

    private static func writeText(_ request: NeutralRequest, to json: inout JSONWriter) {
        json.named("text") { json in
            OpenAIResponsesToolWriter.write(request.outputFormat ?? .text, to: &json)
            self.write("verbosity", request.verbosity, to: &json)
            request.extras.writeResponses(within: "text", to: &json)
        }
    }

    private static func writeTools(_ request: NeutralRequest, to json: inout JSONWriter) {
        json.key("tool_choice" as StaticString)
        if let choice = request.toolChoice {
            OpenAIResponsesToolWriter.write(choice, tools: request.tools, to: &json)
        } else if let choice = request.extras.value("tool_choice", of: .openAIResponses) {
            json.fragment(choice)
        } else {
            json.string("auto")
        }
        json.key("tools" as StaticString)
        json.beginArray()
        for tool in request.tools {
            if case .hosted(let opaque) = tool.kind {
                if opaque.origin == .openAIResponses { json.fragment(opaque.value) }
                continue
            }
            json.beginObject()
            OpenAIResponsesToolWriter.writeMembers(of: tool, to: &json)
            var losses = ConversionLosses()
            tool.extras.write(for: .openAIResponses, to: &json, losses: &losses)
            json.endObject()
        }
        json.endArray()
    }
}

extension NeutralExtras {
    /// A field of this dialect as it was written, else `null`.
    fileprivate func responsesOrNull(_ name: String) -> JSONFragment {
        value(name, of: .openAIResponses) ?? JSONFragment(written: Array("null".utf8))
    }
}
