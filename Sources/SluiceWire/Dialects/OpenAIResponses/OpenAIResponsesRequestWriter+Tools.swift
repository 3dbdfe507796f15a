/// `tools`, `tool_choice` and `parallel_tool_calls`.
extension OpenAIResponsesRequestWriter {
    mutating func writeTools() throws(ConversionError) {
        if let most = context.capabilities.maximumTools, request.tools.count > most {
            throw .unsupported("tools", "tools: this model takes at most \(most) tools, found \(request.tools.count).")
        }
        if !request.tools.isEmpty {
            json.key("tools" as StaticString)
            json.beginArray()
            for (index, tool) in request.tools.enumerated() { try write(tool, index) }
            json.endArray()
        }
        writeChoice()
        guard let isParallel = request.allowsParallelCalls, !request.tools.isEmpty else { return }
        json.named("parallel_tool_calls", isParallel)
    }

    private mutating func write(_ tool: NeutralTool, _ index: Int) throws(ConversionError) {
        if case .hosted(let opaque) = tool.kind {
            guard opaque.origin == .openAIResponses else {
                throw .unsupported(
                    "tools[\(index)]",
                    "tools[\(index)]: '\(tool.name.prefix(64))' is run by another vendor; this provider lacks it."
                )
            }
            return json.fragment(opaque.value)
        }
        if tool.cacheHint != nil { context.losses.note("cache_control") }
        json.beginObject()
        OpenAIResponsesToolWriter.writeMembers(of: Self.fitted(tool), to: &json)
        tool.extras.write(for: .openAIResponses, to: &json, losses: &context.losses)
        json.endObject()
    }

    private mutating func writeChoice() {
        if let choice = request.toolChoice {
            var choice = choice
            if !context.capabilities.allowsForcedToolChoice, let weaker = Self.weaker(choice) {
                context.losses.adapt("tool_choice")
                choice = weaker
            }
            json.key("tool_choice" as StaticString)
            OpenAIResponsesToolWriter.write(Self.fitted(choice), tools: request.tools.map(Self.fitted), to: &json)
        } else if let choice = request.extras.value("tool_choice", of: .openAIResponses) {
            json.named("tool_choice", json: choice)
        }
    }

    private static func fitted(_ tool: NeutralTool) -> NeutralTool {
        var tool = tool
        tool.name = FittedToolNames.fit(tool.name)
        return tool
    }

    private static func fitted(_ choice: NeutralToolChoice) -> NeutralToolChoice {
        switch choice {
        case .auto, .none, .required: choice
        case .tool(let name): .tool(FittedToolNames.fit(name))
        case .allowed(let names, let isRequired):
            .allowed(names.map { FittedToolNames.fit($0) }, isRequired: isRequired)
        }
    }

    private static func weaker(_ choice: NeutralToolChoice) -> NeutralToolChoice? {
        switch choice {
        case .required: .auto
        case .tool(let name): .allowed([name], isRequired: false)
        case .allowed(let names, isRequired: true): .allowed(names, isRequired: false)
        default: nil
        }
    }
}
