extension BedrockRequestWriter {
    /// Writes `additionalModelRequestFields`: what the client said there, and what only the model's own fields can say.
    mutating func writeModelFields() {
        let own = request.extras.value("additionalModelRequestFields", of: .bedrock)
        if let own, own.kind != .object {
            json.key("additionalModelRequestFields")
            return json.fragment(own)
        }
        let said = own.flatMap { try? $0.parsed() }
        let taken = said.map { Set($0.root.members.map(\.key)) } ?? []
        var fields = JSONWriter(capacity: 128)
        fields.beginObject()
        if let own { fields.members(of: own, except: []) }
        switch family {
        case .anthropic: writeAnthropic(&fields, taken)
        case .nova: writeNova(&fields, taken)
        case .openWeights:
            if let effort = reasoning.effort, !taken.contains("reasoning_effort") {
                fields.key("reasoning_effort")
                fields.string(effort.rawValue)
            }
            reportOther()
        case .openAI:
            if let effort = reasoning.effort, !taken.contains("reasoning") {
                fields.key("reasoning")
                fields.beginObject()
                fields.key("effort")
                fields.string(effort.rawValue)
                fields.endObject()
            }
            reportOther()
        case .other: reportOther()
        }
        fields.endObject()
        let bytes = fields.take()
        guard bytes.count > 2 else { return }
        json.key("additionalModelRequestFields")
        json.raw(bytes.span)
    }

    private mutating func writeAnthropic(_ fields: inout JSONWriter, _ taken: Set<String>) {
        if let topK = request.sampling.topK {
            if let value = topK.int, value >= 0, context.capabilities.sampling != .none, !reasoning.isOn,
                !taken.contains("top_k")
            {
                fields.key("top_k")
                fields.integer(value)
            } else {
                context.losses.drop("top_k")
            }
        }
        if let mode = reasoning.mode, !taken.contains("thinking") {
            fields.key("thinking")
            fields.beginObject()
            fields.key("type")
            switch mode {
            case .adaptive: fields.string("adaptive")
            case .disabled: fields.string("disabled")
            case .betweenTools: fields.string("between_tools")
            case .enabled(let budget):
                fields.string("enabled")
                fields.key("budget_tokens")
                fields.integer(budget)
            }
            if let isShown = reasoning.isShown {
                fields.key("display")
                fields.string(isShown ? "summarized" : "omitted")
            }
            fields.endObject()
        }
        if request.allowsParallelCalls == false, !tools.tools.isEmpty, !taken.contains("tool_choice") {
            fields.key("tool_choice")
            fields.beginObject()
            // A type beside that of `toolConfig.toolChoice` is a conflict, and none at all is a fault.
            if tools.choice == nil {
                fields.key("type")
                fields.string("auto")
            }
            fields.key("disable_parallel_tool_use")
            fields.bool(true)
            fields.endObject()
        }
    }

    private mutating func writeNova(_ fields: inout JSONWriter, _ taken: Set<String>) {
        if let topK = request.sampling.topK {
            if let value = topK.int, (0...128).contains(value), !taken.contains("inferenceConfig") {
                fields.key("inferenceConfig")
                fields.beginObject()
                fields.key("topK")
                fields.integer(value)
                fields.endObject()
            } else {
                context.losses.drop("top_k")
            }
        }
        if reasoning.mode != nil || reasoning.effort != nil, !taken.contains("reasoningConfig") {
            fields.key("reasoningConfig")
            fields.beginObject()
            fields.key("type")
            fields.string(reasoning.effort == nil ? "disabled" : "enabled")
            if let effort = reasoning.effort {
                fields.key("maxReasoningEffort")
                fields.string(min(effort, .high).rawValue)
            }
            fields.endObject()
        }
        reportParallel()
    }

    private mutating func reportOther() {
        if request.sampling.topK != nil { context.losses.drop("top_k") }
        reportParallel()
    }

    private mutating func reportParallel() {
        if request.allowsParallelCalls == false, !tools.tools.isEmpty { context.losses.drop("parallel_tool_calls") }
    }
}
