// Tools, the choice among them, and the form of the answer.
extension OpenAIChatRequestWriter {
    mutating func writeTools() throws(ConversionError) {
        var webSearch: JSONFragment?
        var tools: [NeutralTool] = []
        for tool in request.tools {
            guard case .hosted(let opaque) = tool.kind else {
                tools.append(tool)
                continue
            }
            guard opaque.origin == .openAIChat else {
                throw .unsupported("tools", "The tool '\(opaque.kind)' is run by another vendor; this model has none.")
            }
            if opaque.kind == "web_search_options" {
                webSearch = opaque.value
            } else {
                tools.append(tool)
            }
        }
        if let webSearch {
            json.key("web_search_options" as StaticString)
            json.fragment(webSearch)
        }
        // Only OpenAI's own servers can be told to use some of the tools.
        var choice = request.toolChoice
        if case .allowed(let names, let isRequired)? = choice, !isOpenAI {
            let names = Set(names)
            tools.removeAll { !names.contains($0.name) }
            choice = isRequired ? .required : .auto
            context.losses.adapt("tool_choice")
        }
        if let maximum = context.capabilities.maximumTools, tools.count > maximum {
            throw .unsupported("tools", "The model takes at most \(maximum) tools, and there are \(tools.count).")
        }
        // An empty array is refused, and so are choices where there is nothing to choose.
        guard !tools.isEmpty else {
            switch choice {
            case .required, .tool, .allowed: throw .invalid("tool_choice", "There are no tools to choose from.")
            case .auto, nil, .some(.none): return
            }
        }
        json.key("tools" as StaticString)
        json.beginArray()
        for tool in tools { write(tool) }
        json.endArray()
        if let choice { write(choice) }
        if let isParallel = request.allowsParallelCalls {
            json.key("parallel_tool_calls" as StaticString)
            json.bool(isParallel)
        }
    }

    private mutating func write(_ tool: NeutralTool) {
        var extras = tool.extras
        let inner = extras.take("function", of: .openAIChat)
        switch tool.kind {
        case .hosted(let opaque): return json.fragment(opaque.value)
        case .function(let schema):
            json.beginObject()
            json.key("type" as StaticString)
            json.string("function")
            json.key("function" as StaticString)
            json.beginObject()
            writeHead(of: tool)
            if let schema {
                json.key("parameters" as StaticString)
                json.fragment(schema)
            }
            writeStrictness(of: tool, schema)
            OpenAIChatRest.write(inner, to: &json)
            json.endObject()
        case .custom(let format):
            json.beginObject()
            json.key("type" as StaticString)
            json.string("custom")
            json.key("custom" as StaticString)
            json.beginObject()
            writeHead(of: tool)
            if let format {
                json.key("format" as StaticString)
                json.fragment(format)
            }
            json.endObject()
        }
        // A breakpoint can stand on content only.
        if tool.cacheHint != nil { context.losses.note("cache_control") }
        extras.write(for: .openAIChat, to: &json, losses: &context.losses)
        json.endObject()
    }

    private mutating func writeHead(of tool: NeutralTool) {
        json.key("name" as StaticString)
        json.string(FittedToolNames.fit(tool.name))
        if let description = tool.description {
            json.key("description" as StaticString)
            json.string(description)
        }
    }

    private mutating func writeStrictness(of tool: NeutralTool, _ schema: JSONFragment?) {
        guard let isStrict = tool.isStrict else { return }
        json.key("strict" as StaticString)
        guard isStrict, let schema, !OpenAIStrictSchema.accepts(schema) else { return json.bool(isStrict) }
        context.losses.adapt("tools.function.strict")
        json.bool(false)
    }

    private mutating func write(_ choice: NeutralToolChoice) {
        var choice = choice
        if !context.capabilities.allowsForcedToolChoice {
            switch choice {
            case .required, .tool:
                context.losses.adapt("tool_choice")
                choice = .auto
            case .allowed(let names, true):
                context.losses.adapt("tool_choice")
                choice = .allowed(names, isRequired: false)
            case .auto, .none, .allowed(_, false): break
            }
        }
        json.key("tool_choice" as StaticString)
        switch choice {
        case .auto: json.string("auto")
        case .none: json.string("none")
        case .required: json.string("required")
        case .tool(let name): writeReference(to: name, isCustom: customNames.contains(name))
        case .allowed(let names, let isRequired):
            json.beginObject()
            json.key("type" as StaticString)
            json.string("allowed_tools")
            json.key("allowed_tools" as StaticString)
            json.beginObject()
            json.key("mode" as StaticString)
            json.string(isRequired ? "required" : "auto")
            json.key("tools" as StaticString)
            json.beginArray()
            let custom = customNames
            for name in names { writeReference(to: name, isCustom: custom.contains(name)) }
            json.endArray()
            json.endObject()
            json.endObject()
        }
    }

    private var customNames: Set<String> {
        var names: Set<String> = []
        for tool in request.tools {
            if case .custom = tool.kind { names.insert(tool.name) }
        }
        return names
    }

    private mutating func writeReference(to name: String, isCustom: Bool) {
        json.beginObject()
        json.key("type" as StaticString)
        json.string(isCustom ? "custom" : "function")
        json.key(isCustom ? "custom" : "function" as StaticString)
        json.beginObject()
        json.key("name" as StaticString)
        json.string(FittedToolNames.fit(name))
        json.endObject()
        json.endObject()
    }

    // MARK: Output format

    /// The format as words, where the target has no field for it, or wants the word JSON in the conversation.
    var formatInstruction: JSONString? {
        switch request.outputFormat {
        case .text, nil: return nil
        case .jsonObject:
            return OpenAIChatJSONWord.occurs(in: request) ? nil : "Answer with one JSON object and nothing else."
        case .jsonSchema(let schema):
            guard context.capabilities.structuredOutput == .instruction else { return nil }
            var text: JSONString = "Answer with JSON and nothing else. It must follow this JSON Schema: "
            text.append(JSONString(utf8: schema.schema.bytes))
            return text
        }
    }

    mutating func writeOutputFormat() {
        guard var format = request.outputFormat else { return }
        if case .jsonSchema = format, context.capabilities.structuredOutput == .instruction {
            // The schema stands among the messages.
            context.losses.adapt("response_format")
            format = .jsonObject
        }
        json.key("response_format" as StaticString)
        json.beginObject()
        json.key("type" as StaticString)
        switch format {
        case .text: json.string("text")
        case .jsonObject: json.string("json_object")
        case .jsonSchema(let schema):
            json.string("json_schema")
            json.key("json_schema" as StaticString)
            write(schema)
        }
        json.endObject()
    }

    private mutating func write(_ schema: NeutralSchema) {
        json.beginObject()
        json.key("name" as StaticString)
        json.string(schema.name.map { FittedToolNames.fit($0.text) } ?? "response")
        if let description = schema.description {
            json.key("description" as StaticString)
            json.string(description)
        }
        json.key("schema" as StaticString)
        json.fragment(schema.schema)
        let isStrict = schema.isStrict != false && OpenAIStrictSchema.accepts(schema.schema)
        if schema.isStrict == true, !isStrict { context.losses.adapt("response_format.json_schema.strict") }
        json.key("strict" as StaticString)
        json.bool(isStrict)
        json.endObject()
    }
}
