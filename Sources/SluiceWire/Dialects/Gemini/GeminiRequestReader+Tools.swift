/// `tools` and `toolConfig`.
extension GeminiRequestReader {
    mutating func readTools(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .array || node.kind == .object else {
            throw .invalid("tools", "tools: expected a list.")
        }
        for (index, tool) in node.geminiList.enumerated() {
            guard tool.kind == .object else {
                throw .invalid("tools[\(index)]", "tools[\(index)]: expected an object.")
            }
            for (key, value) in tool.members where !value.isNull {
                let name = GeminiName.camel(key)
                guard name == "functionDeclarations" else {
                    readHosted(name, value)
                    continue
                }
                for (position, declaration) in value.geminiList.enumerated() {
                    try readFunction(declaration, "tools[\(index)].functionDeclarations[\(position)]")
                }
            }
        }
    }

    /// A tool that Google runs itself: `{"googleSearch":{}}`.
    private mutating func readHosted(_ name: String, _ node: JSONNode) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key(name)
        writer.fragment(JSONFragment(node))
        writer.endObject()
        let value = JSONFragment(written: writer.take())
        let opaque = NeutralOpaque(origin: .gemini, kind: name, value: value)
        request.tools.append(NeutralTool(name, kind: .hosted(opaque)))
    }

    private mutating func readFunction(_ node: JSONNode, _ place: String) throws(ConversionError) {
        var tool = NeutralTool("", kind: .function(schema: nil))
        var schema: JSONFragment?
        for (key, value) in node.members where !value.isNull {
            let name = GeminiName.camel(key)
            switch name {
            case "name": tool.name = value.stringValue ?? ""
            case "description": tool.description = JSONString(value)
            case "parameters", "parametersJsonSchema":
                guard schema == nil else {
                    throw .invalid(
                        "\(place).\(name)", "\(place): has both parameters and parametersJsonSchema; send one.")
                }
                schema = name == "parameters" ? GeminiSchema.jsonSchema(value) : JSONFragment(value)
            default: tool.extras.append(name, JSONFragment(value), from: .gemini)
            }
        }
        guard !tool.name.isEmpty else { throw .invalid("\(place).name", "\(place).name: is required.") }
        tool.kind = .function(schema: schema)
        request.tools.append(tool)
    }

    /// What has no neutral words is kept whole beside the choice.
    mutating func readToolConfig(_ node: JSONNode) throws(ConversionError) {
        var isPlain = true
        for (key, value) in node.members where !value.isNull {
            if GeminiName.camel(key) == "functionCallingConfig" {
                isPlain = try readChoice(value) && isPlain
            } else {
                isPlain = false
            }
        }
        if !isPlain { request.extras.append("toolConfig", JSONFragment(node), from: .gemini) }
    }

    private mutating func readChoice(_ node: JSONNode) throws(ConversionError) -> Bool {
        var mode: String?
        var names: [String] = []
        var isPlain = true
        for (key, value) in node.members where !value.isNull {
            switch GeminiName.camel(key) {
            case "mode": mode = value.geminiWord
            case "allowedFunctionNames": names = value.elements.compactMap(\.stringValue)
            default: isPlain = false
            }
        }
        switch mode {
        case "AUTO": request.toolChoice = .auto
        case "NONE": request.toolChoice = NeutralToolChoice.none
        case "ANY":
            request.toolChoice =
                switch names.count {
                case 0: .required
                case 1: .tool(names[0])
                default: .allowed(names, isRequired: true)
                }
        case "VALIDATED":
            // Calls or text, calls only as their schema says: others have no such mode.
            request.toolChoice = names.isEmpty ? .auto : .allowed(names, isRequired: false)
            isPlain = false
        case nil, "MODE_UNSPECIFIED": break
        default:
            let field = "toolConfig.functionCallingConfig.mode"
            throw .invalid(field, "\(field): expected AUTO, ANY, NONE or VALIDATED.")
        }
        return isPlain
    }
}
