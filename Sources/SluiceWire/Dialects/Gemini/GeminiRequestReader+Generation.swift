/// `generationConfig`: sampling, limits, thinking, the form of the answer.
extension GeminiRequestReader {
    /// Extras of `generationConfig` have their names after this.
    static let generationPrefix = "generationConfig."

    mutating func readGeneration(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .object else {
            throw .invalid("generationConfig", "generationConfig: expected an object.")
        }
        var type: JSONNode?
        var schema: JSONFragment?
        var openSchema: JSONNode?
        var hasLogprobs = false
        var logprobs = 0
        for (key, value) in node.members where !value.isNull {
            let name = GeminiName.camel(key)
            switch name {
            case "temperature": request.sampling.temperature = try number(value, name)
            case "topP": request.sampling.topP = try number(value, name)
            case "topK": request.sampling.topK = try number(value, name)
            case "seed": request.sampling.seed = try number(value, name)
            case "presencePenalty": request.sampling.presencePenalty = try number(value, name)
            case "frequencyPenalty": request.sampling.frequencyPenalty = try number(value, name)
            case "maxOutputTokens": request.maximumOutputTokens = try integer(value, name)
            case "stopSequences": try readStops(value)
            case "candidateCount":
                guard try integer(value, name) <= 1 else {
                    throw .unsupported(
                        Self.generationPrefix + name, "candidateCount: only one candidate can be converted.")
                }
            case "responseModalities": readModalities(value)
            case "responseMimeType": type = value
            case "responseSchema":
                schema = GeminiSchema.jsonSchema(value)
                openSchema = value
            case "responseJsonSchema", "_responseJsonSchema": schema = JSONFragment(value)
            case "responseFormat": readFormats(value)
            case "responseLogprobs": hasLogprobs = value.boolValue ?? false
            case "logprobs": logprobs = try integer(value, name)
            case "thinkingConfig": try readThinking(value)
            default: request.extras.append(Self.generationPrefix + name, JSONFragment(value), from: .gemini)
            }
        }
        if hasLogprobs { request.logprobs = logprobs }
        if !readForm(type?.stringValue, schema), let type {
            // Forms that only Google has, such as `text/x.enum`.
            keep("responseMimeType", type, isEssential: true)
            if let openSchema {
                keep("responseSchema", openSchema)
            } else if let schema {
                request.extras.append(Self.generationPrefix + "responseJsonSchema", schema, from: .gemini)
            }
        }
    }

    private mutating func keep(_ name: String, _ node: JSONNode, isEssential: Bool = false) {
        request.extras.append(
            Self.generationPrefix + name, JSONFragment(node), from: .gemini, isEssential: isEssential)
    }

    private func number(_ node: JSONNode, _ name: String) throws(ConversionError) -> NumberText {
        if let number = NumberText(node) { return number }
        if let text = node.stringValue {
            if let integer = Int(text) { return NumberText(integer) }
            if let double = Double(text), let number = NumberText(double) { return number }
        }
        throw .invalid(Self.generationPrefix + name, "\(Self.generationPrefix)\(name): expected a number.")
    }

    private func integer(_ node: JSONNode, _ name: String) throws(ConversionError) -> Int {
        guard let integer = try number(node, name).int else {
            throw .invalid(Self.generationPrefix + name, "\(Self.generationPrefix)\(name): expected an integer.")
        }
        return integer
    }

    private mutating func readStops(_ node: JSONNode) throws(ConversionError) {
        let field = Self.generationPrefix + "stopSequences"
        guard node.kind == .array else { throw .invalid(field, "\(field): expected an array of strings.") }
        for element in node.elements {
            guard let text = JSONString(element) else { throw .invalid(field, "\(field): expected strings.") }
            request.stopSequences.append(text)
        }
    }

    private mutating func readModalities(_ node: JSONNode) {
        let words = node.elements.map(\.geminiWord)
        if words.contains(where: { $0 != "TEXT" && $0 != "MODALITY_UNSPECIFIED" }) {
            keep("responseModalities", node, isEssential: true)
        }
    }

    /// `responseFormat`, the newer way: `[{"text":{"mimeType":"application/json","schema":{..}}}]`.
    private mutating func readFormats(_ node: JSONNode) {
        var isKnown = true
        for format in node.geminiList {
            for (key, value) in format.members where !value.isNull {
                isKnown = isKnown && key == "text" && readTextFormat(value)
            }
        }
        if !isKnown { keep("responseFormat", node, isEssential: true) }
    }

    private mutating func readTextFormat(_ node: JSONNode) -> Bool {
        var type: String?
        var schema: JSONFragment?
        for (key, value) in node.members where !value.isNull {
            switch GeminiName.camel(key) {
            case "mimeType": type = value.stringValue
            case "schema", "jsonSchema": schema = JSONFragment(value)
            default: break
            }
        }
        return readForm(type, schema)
    }

    /// Takes the form of the answer; `false` for one that has no neutral words.
    private mutating func readForm(_ type: String?, _ schema: JSONFragment?) -> Bool {
        switch type?.lowercased() {
        case "application/json", "application_json":
            request.outputFormat = schema.map { .jsonSchema(NeutralSchema(schema: $0)) } ?? .jsonObject
        case "text/plain", "text_plain": request.outputFormat = .text
        case nil:
            // Google wants the type beside a schema, and so does not answer this; the wish is plain.
            if let schema { request.outputFormat = .jsonSchema(NeutralSchema(schema: schema)) }
        default: return false
        }
        return true
    }

    private mutating func readThinking(_ node: JSONNode) throws(ConversionError) {
        // Google shows no thoughts unless it is asked to.
        var reasoning = NeutralReasoning(isShown: false)
        for (key, value) in node.members where !value.isNull {
            let name = GeminiName.camel(key)
            switch name {
            case "includeThoughts": reasoning.isShown = value.boolValue ?? false
            case "thinkingBudget":
                switch try integer(value, "thinkingConfig.\(name)") {
                case 0: reasoning.mode = .disabled
                case ..<0: reasoning.mode = .adaptive
                case let budget: reasoning.budgetTokens = budget
                }
            case "thinkingLevel":
                guard let word = value.geminiWord, word != "THINKING_LEVEL_UNSPECIFIED" else { break }
                guard let effort = NeutralReasoning.Effort(rawValue: word.lowercased()) else {
                    let field = "\(Self.generationPrefix)thinkingConfig.\(name)"
                    throw .invalid(field, "\(field): expected MINIMAL, LOW, MEDIUM, HIGH or XHIGH.")
                }
                reasoning.effort = effort
            default:
                request.extras.append(
                    "\(Self.generationPrefix)thinkingConfig.\(name)", JSONFragment(value), from: .gemini)
            }
        }
        request.reasoning = reasoning
    }
}
