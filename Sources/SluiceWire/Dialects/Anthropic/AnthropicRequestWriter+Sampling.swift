/// Sampling, stop sequences, and what goes beside the conversation.
extension AnthropicRequestWriter {
    mutating func writeSampling() {
        let sampling = request.sampling
        let isRefused = capabilities.sampling == .none
        if let temperature = sampling.temperature {
            // While it thinks, a model of this vendor's samples at 1.
            if isRefused || (plan.isOn && temperature.double != 1) {
                blocks.losses.drop("temperature")
            } else {
                write(temperature, "temperature", upTo: min(1, capabilities.maximumTemperature))
            }
        }
        if let topP = sampling.topP {
            let isSecond = capabilities.sampling == .temperatureOrTopP && sampling.temperature != nil && !plan.isOn
            let isTooLow = plan.isOn && (topP.double.map { $0 < 0.95 } ?? true)
            if isRefused || isSecond || isTooLow {
                blocks.losses.drop("top_p")
            } else {
                write(topP, "top_p", upTo: 1)
            }
        }
        if let topK = sampling.topK {
            if isRefused || plan.isOn {
                blocks.losses.drop("top_k")
            } else if let value = topK.int, value >= 0 {
                blocks.out.member("top_k", value)
            } else {
                blocks.losses.drop("top_k")
            }
        }
    }

    private mutating func write(_ value: NumberText, _ name: String, upTo most: Double) {
        if let double = value.double, double >= 0, double <= most {
            blocks.out.json.key(name)
            blocks.out.json.number(value)
        } else {
            blocks.losses.adapt(name)
            let isNegative = value.text.utf8.first == UInt8(ascii: "-")
            blocks.out.json.key(name)
            blocks.out.json.double(isNegative ? 0 : most)
        }
    }

    mutating func writeStops() {
        var stops = request.stopSequences.filter { !$0.isBlank }
        if stops.count < request.stopSequences.count { blocks.losses.drop("stop") }
        if let limit = capabilities.maximumStopSequences, stops.count > limit {
            blocks.losses.drop("stop")
            stops.removeLast(stops.count - limit)
        }
        guard !stops.isEmpty else { return }
        blocks.out.beginArray("stop_sequences")
        for stop in stops { blocks.out.json.string(stop) }
        blocks.out.json.endArray()
    }

    mutating func writeMetadata() {
        let rest = extras.take("metadata", of: .anthropic).flatMap { try? $0.parsed().root }
        guard request.endUser != nil || rest != nil else { return }
        blocks.out.beginObject("metadata")
        if let user = request.endUser { blocks.out.member("user_id", user) }
        if let rest {
            for (key, value) in rest.members {
                blocks.out.json.key(key)
                blocks.out.json.fragment(JSONFragment(value))
            }
        }
        blocks.out.json.endObject()
    }

    mutating func writeTier() {
        switch request.serviceTier {
        case nil: break
        case .auto: blocks.out.member("service_tier", "auto")
        case .standard: blocks.out.member("service_tier", "standard_only")
        case .priority:
            // Priority capacity is used where the organisation has some.
            blocks.losses.adapt("service_tier")
            blocks.out.member("service_tier", "auto")
        case .fast: blocks.out.member("speed", "fast")
        case .flex, .reserved: blocks.losses.drop("service_tier")
        }
    }

    mutating func reportRest() {
        let sampling = request.sampling
        if sampling.minP != nil { blocks.losses.drop("min_p") }
        if sampling.seed != nil { blocks.losses.drop("seed") }
        if sampling.presencePenalty != nil { blocks.losses.drop("presence_penalty") }
        if sampling.frequencyPenalty != nil { blocks.losses.drop("frequency_penalty") }
        if sampling.logitBias != nil { blocks.losses.drop("logit_bias") }
        if request.logprobs != nil { blocks.losses.drop("logprobs") }
        if request.verbosity != nil { blocks.losses.drop("verbosity") }
        if !request.metadata.isEmpty { blocks.losses.drop("metadata") }
        if request.cacheKey != nil { blocks.losses.note("prompt_cache_key") }
        if let isStored = request.isStored {
            if isStored { blocks.losses.drop("store") } else { blocks.losses.note("store") }
        }
        if request.reasoning?.summary != nil { blocks.losses.note("reasoning.summary") }
    }
}
