extension BedrockRequestWriter {
    /// Writes all that is not the prompt.
    mutating func writeParameters() throws(ConversionError) {
        writeInference()
        writeModelFields()
        writeOutput()
        writeMetadata()
        writeTier()
        reportUnknown()
        try writeExtras()
    }

    private mutating func writeInference() {
        let rest = request.extras.value("inferenceConfig", of: .bedrock)
        var inference = JSONWriter(capacity: 128)
        inference.beginObject()
        if let count = maximumTokens() {
            inference.key("maxTokens")
            inference.integer(count)
        }
        if let temperature = temperature() {
            inference.key("temperature")
            inference.number(temperature)
        }
        if let topP = topP() {
            inference.key("topP")
            inference.number(topP)
        }
        let stops = stopSequences()
        hasStops = !stops.isEmpty
        if hasStops {
            inference.key("stopSequences")
            inference.beginArray()
            for stop in stops { inference.string(stop) }
            inference.endArray()
        }
        if let rest {
            inference.members(of: rest, except: ["maxTokens", "temperature", "topP", "stopSequences"])
        }
        inference.endObject()
        let bytes = inference.take()
        guard bytes.count > 2 else { return }
        json.key("inferenceConfig")
        json.raw(bytes.span)
    }

    /// The bound of the output, which must leave room for more than thoughts.
    private mutating func maximumTokens() -> Int? {
        let most = context.capabilities.maximumOutputTokens
        let budget = reasoning.budget
        guard var count = request.maximumOutputTokens ?? (budget > 0 ? most ?? budget + 8192 : nil) else { return nil }
        if count <= budget {
            count = TokenUsage.sum(max(1, count), budget)
            context.losses.adapt("max_tokens")
        }
        if let most, count > most {
            count = most
            context.losses.adapt("max_tokens")
        }
        return max(1, count)
    }

    private mutating func temperature() -> NumberText? {
        guard let wish = request.sampling.temperature else { return nil }
        guard let value = wish.double, context.capabilities.sampling != .none else { return lose("temperature") }
        // Anthropic's models think at 1 only.
        if isThinking && value != 1 || isNovaAtItsHighest { return lose("temperature") }
        return clamp(wish, value, 0...min(1, max(0, context.capabilities.maximumTemperature)), "temperature")
    }

    private mutating func topP() -> NumberText? {
        guard let wish = request.sampling.topP else { return nil }
        guard let value = wish.double, context.capabilities.sampling != .none else { return lose("top_p") }
        if context.capabilities.sampling == .temperatureOrTopP, request.sampling.temperature != nil {
            return lose("top_p")
        }
        if isThinking && value < 0.95 || isNovaAtItsHighest { return lose("top_p") }
        return clamp(wish, value, 0...1, "top_p")
    }

    private mutating func clamp(
        _ wish: NumberText, _ value: Double, _ range: ClosedRange<Double>, _ field: String
    ) -> NumberText? {
        if range.contains(value) { return wish }
        context.losses.adapt(field)
        return NumberText(value < range.lowerBound ? range.lowerBound : range.upperBound)
    }

    private mutating func lose(_ field: String) -> NumberText? {
        context.losses.drop(field)
        return nil
    }

    private var isThinking: Bool { family == .anthropic && reasoning.isOn }

    /// Nova takes neither sampling nor a bound at its highest level.
    private var isNovaAtItsHighest: Bool { family == .nova && (reasoning.effort ?? .low) >= .high }

    private mutating func stopSequences() -> [JSONString] {
        var stops = request.stopSequences.filter { !$0.isBlank }
        if stops.count < request.stopSequences.count { context.losses.drop("stop") }
        let most = min(2500, max(0, context.capabilities.maximumStopSequences ?? 2500))
        if stops.count > most {
            stops.removeLast(stops.count - most)
            context.losses.drop("stop")
        }
        return stops
    }

    private mutating func writeOutput() {
        let rest = request.extras.value("outputConfig", of: .bedrock)
        var schema: NeutralSchema?
        if case .jsonSchema(let wanted) = request.outputFormat, context.capabilities.structuredOutput == .native {
            schema = wanted
        }
        // Nova's and OpenAI's levels go with fields of their own.
        let effort = family == .anthropic || family == .other ? reasoning.effort : nil
        guard schema != nil || effort != nil || rest != nil else { return }
        json.key("outputConfig")
        json.beginObject()
        if let schema {
            json.key("textFormat")
            write(schema)
        }
        if let effort {
            json.key("effort")
            json.string(effort.rawValue)
        }
        if let rest {
            json.members(of: rest, except: (schema == nil ? [] : ["textFormat"]) + (effort == nil ? [] : ["effort"]))
        }
        json.endObject()
    }

    private mutating func write(_ schema: NeutralSchema) {
        json.beginObject()
        json.key("type")
        json.string("json_schema")
        json.key("structure")
        json.beginObject()
        json.key("jsonSchema")
        json.beginObject()
        json.key("schema")
        json.string(JSONString(utf8: schema.schema.bytes))
        if let name = schema.name, !name.isEmpty {
            json.key("name")
            json.string(name)
        }
        if let description = schema.description, !description.isEmpty {
            json.key("description")
            json.string(description)
        }
        json.endObject()
        json.endObject()
        json.endObject()
        // The vendor follows a schema to the letter always.
        if schema.isStrict == false { context.losses.note("response_format.strict") }
    }

    /// At most 16 labels, of the vendor's alphabet.
    private mutating func writeMetadata() {
        var labels = request.metadata.map { ($0.key, $0.value) }
        if let user = request.endUser, !labels.contains(where: { $0.0.equals("user_id") }) {
            labels.insert(("user_id", user), at: 0)
        }
        var written: [(JSONString, JSONString)] = []
        for (key, value) in labels {
            let isFit = !key.isEmpty && Self.isLabel(key) && Self.isLabel(value) && written.count < 16
            if isFit {
                written.append((key, value))
            } else {
                context.losses.drop("metadata")
            }
        }
        guard !written.isEmpty else { return }
        json.key("requestMetadata")
        json.beginObject()
        for (key, value) in written {
            json.key(key.text)
            json.string(value)
        }
        json.endObject()
    }

    private static func isLabel(_ text: JSONString) -> Bool {
        let bytes = text.utf8
        return bytes.count <= 256
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x09...0x0D: true
                case 0x23, 0x24, 0x2B...0x2F, 0x3A, 0x3D, 0x40, 0x5F: true
                default: false
                }
            }
    }

    private mutating func writeTier() {
        let word: String
        switch request.serviceTier {
        case nil, .auto: return
        case .standard: word = "default"
        case .priority: word = "priority"
        case .flex: word = "flex"
        case .reserved: word = "reserved"
        case .fast: return context.losses.drop("service_tier")
        }
        json.key("serviceTier")
        json.beginObject()
        json.key("type")
        json.string(word)
        json.endObject()
    }

    /// Reports what Converse has no field for.
    private mutating func reportUnknown() {
        let sampling = request.sampling
        if sampling.minP != nil { context.losses.drop("min_p") }
        if sampling.seed != nil { context.losses.drop("seed") }
        if sampling.presencePenalty != nil { context.losses.drop("presence_penalty") }
        if sampling.frequencyPenalty != nil { context.losses.drop("frequency_penalty") }
        if sampling.logitBias != nil { context.losses.drop("logit_bias") }
        if request.logprobs != nil { context.losses.drop("logprobs") }
        if request.verbosity != nil { context.losses.drop("verbosity") }
        if request.cacheKey != nil { context.losses.note("prompt_cache_key") }
        if request.isStored == true { context.losses.drop("store") }
        if request.isStored == false { context.losses.note("store") }
    }

    private mutating func writeExtras() throws(ConversionError) {
        var asksForStop = hasStops
        for field in request.extras.fields {
            guard field.origin == .bedrock else {
                context.losses.drop(field.name)
                continue
            }
            switch field.name {
            // Written where they belong.
            case "inferenceConfig", "toolConfig", "outputConfig", "additionalModelRequestFields": continue
            case "additionalModelResponseFieldPaths": asksForStop = false
            default: break
            }
            json.key(field.name)
            json.fragment(field.value)
        }
        // Converse itself does not tell which sequence was met; models that do have it at this place, others pass over it.
        if asksForStop {
            json.key("additionalModelResponseFieldPaths")
            json.beginArray()
            json.string("/stop_sequence")
            json.endArray()
        }
    }
}
