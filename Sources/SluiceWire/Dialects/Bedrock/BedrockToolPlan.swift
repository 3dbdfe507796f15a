/// Which tools are sent, and how they may be called.
///
/// The vendor has no choice of `none`, and refuses a history with calls or results when no tools are defined.
struct BedrockToolPlan {
    /// The vendor's choices.
    enum Choice: Hashable {
        case auto
        case any
        case tool(String)
    }

    /// The tools.
    var tools: [NeutralTool]
    /// The choice; `nil` when the client did not say.
    var choice: Choice?
    /// Names of tools that the history calls, where the client defined none: they stand in for the definitions.
    var stubs: [String] = []
    /// Whether the tools are there for the history's sake alone, and the model must be told not to call them.
    var isForbidden = false

    /// Whether a call is demanded.
    var isForced: Bool {
        switch choice {
        case .any, .tool: true
        case .auto, nil: false
        }
    }

    /// Plans the tools of a request.
    init(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities, _ losses: inout ConversionLosses
    ) throws(ConversionError) {
        tools = request.tools
        let called = Self.called(in: request.messages)
        switch request.toolChoice {
        case nil: break
        case .auto: choice = .auto
        case .required: choice = .any
        case .tool(let name): choice = .tool(BedrockToolNames.fit(name))
        case .allowed(let names, let isRequired):
            tools = tools.filter { names.contains($0.name) }
            choice = isRequired ? .any : .auto
            losses.note("tool_choice")
        case .some(.none):
            if called == nil {
                tools = []
            } else {
                isForbidden = true
                losses.drop("tool_choice")
            }
        }
        if tools.isEmpty {
            choice = nil
            if let called {
                stubs = called
                isForbidden = true
                losses.note("tools")
            }
        }
        if !capabilities.allowsForcedToolChoice {
            if isForced { losses.adapt("tool_choice") }
            // Models that cannot be forced may not know the field at all; to choose for themselves is what they do anyway.
            choice = nil
        }
        if let most = capabilities.maximumTools, tools.count > most {
            throw .unsupported("tools", "The model takes at most \(most) tools; the request has \(tools.count).")
        }
    }

    /// The names of the tools that a history calls, each once; `nil` when it has neither calls nor results.
    private static func called(in messages: [NeutralMessage]) -> [String]? {
        var names: [String] = []
        var hasTools = false
        for message in messages {
            for part in message.parts {
                switch part.content {
                case .toolCall(let call):
                    hasTools = true
                    let name = BedrockToolNames.fit(call.name)
                    if !names.contains(name) { names.append(name) }
                case .toolResult: hasTools = true
                default: break
                }
            }
        }
        guard hasTools else { return nil }
        return names.isEmpty ? ["unavailable"] : names
    }
}
