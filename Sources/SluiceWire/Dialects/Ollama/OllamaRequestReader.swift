/// Reads a client's `/api/chat` request.
///
/// Fields: `messages`, `tools`, `stream` (true unless said otherwise), `format`, `options`, `think`, `logprobs`,
/// `top_logprobs`; `keep_alive` and whatever else there is are extras. A request without messages only loads a model,
/// which is no question to any other vendor: it is refused. Source: Ollama's API reference (read 2026-11).
enum OllamaRequestReader {
    static func read(
        _ root: JSONNode, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        var request = NeutralRequest(messages: [])
        request.origin = .ollama
        request.isStreaming = true
        request.includesUsage = true
        var fields = OllamaRequestFields()
        var messages: JSONNode?
        for (key, value) in root.members {
            switch key {
            case "model": break
            case "messages": messages = value
            case "tools": request.tools = try Self.tools(value)
            default: try fields.take(key, value, into: &request)
            }
        }
        fields.finish(&request)
        var reader = OllamaMessageReader(seal: context.seal)
        request.messages = try reader.read(messages)
        context.losses.merge(reader.losses)
        guard !request.messages.isEmpty else {
            throw .unsupported(
                "messages", "A chat without messages loads a model of Ollama's; this model is not served by Ollama.")
        }
        return request
    }

    private static func tools(_ node: JSONNode) throws(ConversionError) -> [NeutralTool] {
        if node.isNull { return [] }
        guard node.kind == .array else { throw .invalid("tools", "tools must be a list.") }
        var tools: [NeutralTool] = []
        for value in node.elements { tools.append(try Self.tool(value, at: "tools[\(tools.count)]")) }
        return tools
    }

    private static func tool(_ node: JSONNode, at path: String) throws(ConversionError) -> NeutralTool {
        var extras = NeutralExtras()
        var function: JSONNode?
        for (key, value) in node.members {
            switch key {
            case "type":
                guard value.isNull || value.stringValue == "function" || value.stringValue == "" else {
                    throw .invalid("\(path).type", #"A tool's type must be "function"."#)
                }
            case "function": function = value
            default: extras.append(key, JSONFragment(value), from: .ollama)
            }
        }
        guard let function, function.kind == .object else {
            throw .invalid("\(path).function", "A tool must have a function.")
        }
        var name: String?
        var description: JSONString?
        var schema: JSONFragment?
        for (key, value) in function.members where !value.isNull {
            switch key {
            case "name": name = value.stringValue
            case "description": description = JSONString(value)
            case "parameters":
                guard value.kind == .object else {
                    throw .invalid("\(path).function.parameters", "parameters must be a JSON Schema object.")
                }
                schema = JSONFragment(value)
            default: extras.append("function.\(key)", JSONFragment(value), from: .ollama)
            }
        }
        guard let name, !name.isEmpty else {
            throw .invalid("\(path).function.name", "A function must have a name.")
        }
        var tool = NeutralTool(name, description: description, kind: .function(schema: schema))
        tool.extras = extras
        return tool
    }
}
