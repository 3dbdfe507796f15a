/// `thinking` and `output_config`.
extension AnthropicRequestWriter {
    mutating func writeThinking() {
        let written = extras.take("thinking", of: .anthropic)
        let type: String
        switch plan.kind {
        case .unsaid: return
        case .adaptive: type = "adaptive"
        case .enabled: type = "enabled"
        case .disabled: type = "disabled"
        case .betweenTools: type = "between_tools"
        }
        // The client's own words hold more than is understood here.
        if let written, let node = try? written.parsed().root, node["type"]?.stringValue == type,
            node["budget_tokens"]?.intValue == request.reasoning?.budgetTokens
        {
            return blocks.out.member("thinking", written)
        }
        blocks.out.beginObject("thinking")
        blocks.out.member("type", type)
        if case .enabled(let budget) = plan.kind { blocks.out.member("budget_tokens", budget) }
        if let isShown = plan.isShown { blocks.out.member("display", isShown ? "summarized" : "omitted") }
        blocks.out.json.endObject()
    }

    mutating func writeOutputConfig() {
        let rest = extras.take("output_config", of: .anthropic).flatMap { try? $0.parsed().root }
        var schema: JSONFragment?
        if case .jsonSchema(let wanted) = request.outputFormat, capabilities.structuredOutput == .native {
            let (adapted, isAdapted) = AnthropicSchema.adapt(wanted.schema)
            if isAdapted { blocks.losses.adapt("response_format") }
            schema = adapted
        }
        guard plan.effort != nil || schema != nil || rest != nil else { return }
        blocks.out.beginObject("output_config")
        if let effort = plan.effort { blocks.out.member("effort", effort.rawValue) }
        if let schema {
            blocks.out.beginObject("format")
            blocks.out.member("type", "json_schema")
            blocks.out.member("schema", schema)
            blocks.out.json.endObject()
        }
        if let rest {
            for (key, value) in rest.members {
                blocks.out.json.key(key)
                blocks.out.json.fragment(JSONFragment(value))
            }
        }
        blocks.out.json.endObject()
    }
}
