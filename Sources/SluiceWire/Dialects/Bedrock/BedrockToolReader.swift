/// Reads `toolConfig` and `outputConfig.textFormat`.
///
/// Source: the service model of bedrock-runtime, `ToolConfiguration`, `OutputFormat` (read 2026-11).
enum BedrockToolReader {
    /// The tools; a cache point marks the one before it.
    static func tools(_ node: JSONNode, _ losses: inout ConversionLosses) throws(ConversionError) -> [NeutralTool] {
        guard node.kind == .array else { throw .invalid("toolConfig.tools", "toolConfig.tools: expected an array.") }
        var tools: [NeutralTool] = []
        tools.reserveCapacity(node.count)
        for (index, entry) in node.elements.enumerated() {
            guard let (kind, value) = entry.members.first(where: { !$0.value.isNull }) else {
                throw .invalid("toolConfig.tools[\(index)]", "toolConfig.tools[\(index)]: expected toolSpec.")
            }
            switch kind {
            case "toolSpec": tools.append(try tool(value, index))
            case "cachePoint":
                if tools.isEmpty {
                    losses.drop("cache_control")
                } else {
                    tools[tools.count - 1].cacheHint = BedrockContentReader.cacheHint(value)
                }
            default:
                let opaque = NeutralOpaque(origin: .bedrock, kind: kind, value: JSONFragment(entry))
                tools.append(NeutralTool(value["name"]?.stringValue ?? kind, kind: .hosted(opaque)))
            }
        }
        return tools
    }

    private static func tool(_ node: JSONNode, _ index: Int) throws(ConversionError) -> NeutralTool {
        var name: String?
        var description: JSONString?
        var schema: JSONFragment?
        var isStrict: Bool?
        var extras = NeutralExtras()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "name": name = value.stringValue
            case "description": description = JSONString(value)
            case "inputSchema": schema = value["json"].flatMap { $0.isNull ? nil : JSONFragment($0) }
            case "strict": isStrict = value.boolValue
            default: extras.append(key, JSONFragment(value), from: .bedrock)
            }
        }
        guard let name, !name.isEmpty else {
            let path = "toolConfig.tools[\(index)].toolSpec.name"
            throw .invalid(path, "\(path): expected the tool's name.")
        }
        var tool = NeutralTool(name, description: description, kind: .function(schema: schema), isStrict: isStrict)
        tool.extras = extras
        return tool
    }

    /// How tools may be called.
    static func choice(_ node: JSONNode) throws(ConversionError) -> NeutralToolChoice {
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "auto": return .auto
            case "any": return .required
            case "tool":
                guard let name = value["name"]?.stringValue else {
                    throw .invalid(
                        "toolConfig.toolChoice.tool.name", "toolConfig.toolChoice.tool.name: expected a name.")
                }
                return .tool(name)
            default: break
            }
        }
        throw .invalid("toolConfig.toolChoice", "toolConfig.toolChoice: expected auto, any or tool.")
    }

    /// The form of the answer; its schema is JSON within a string. `nil` for a form that is not known.
    static func format(_ node: JSONNode) throws(ConversionError) -> NeutralOutputFormat? {
        guard node["type"]?.stringValue == "json_schema", let definition = node["structure"]?["jsonSchema"] else {
            return nil
        }
        let path = "outputConfig.textFormat.structure.jsonSchema.schema"
        guard let text = JSONString(definition["schema"]), let schema = try? JSONFragment(validating: text.utf8) else {
            throw .invalid(path, "\(path): expected a JSON Schema as a string.")
        }
        return .jsonSchema(
            NeutralSchema(
                name: JSONString(definition["name"]), description: JSONString(definition["description"]), schema: schema
            ))
    }
}
