// How the answer is chosen, how long it is, and how much is thought for it.
extension OpenAIChatRequestWriter {
    mutating func writeSampling() {
        let sampling = request.sampling
        let accepted = context.capabilities.sampling
        write(sampling.temperature, "temperature", 0...context.capabilities.maximumTemperature, neutral: 1)
        if accepted == .temperatureOrTopP, sampling.temperature != nil, sampling.topP != nil {
            context.losses.drop("top_p")
        } else {
            write(sampling.topP, "top_p", 0...1, neutral: 1)
        }
        write(sampling.presencePenalty, "presence_penalty", -2...2, neutral: 0)
        write(sampling.frequencyPenalty, "frequency_penalty", -2...2, neutral: 0)
        writeUnlessRefused(sampling.topK, "top_k", isTaken: context.capabilities.takesTopK)
        writeUnlessRefused(sampling.minP, "min_p", isTaken: context.capabilities.takesTopK)
        if let seed = sampling.seed {
            // The type is an integer, and others allow more.
            if seed.int != nil {
                json.key("seed" as StaticString)
                json.number(seed)
            } else {
                context.losses.drop("seed")
            }
        }
        if let bias = sampling.logitBias {
            if accepted == .none {
                context.losses.drop("logit_bias")
            } else {
                json.key("logit_bias" as StaticString)
                json.fragment(bias)
            }
        }
        writeLogprobs(isTaken: accepted != .none)
    }

    private mutating func writeLogprobs(isTaken: Bool) {
        guard let count = request.logprobs else { return }
        guard isTaken else { return context.losses.drop("logprobs") }
        json.key("logprobs" as StaticString)
        json.bool(true)
        guard count > 0 else { return }
        if count > 20 { context.losses.adapt("top_logprobs") }
        json.key("top_logprobs" as StaticString)
        json.integer(min(count, 20))
    }

    /// Writes a number within a range; `neutral` is the value that changes nothing, which may be left out unseen.
    private mutating func write(
        _ value: NumberText?,
        _ name: StaticString,
        _ range: ClosedRange<Double>,
        neutral: Double
    ) {
        guard let value else { return }
        guard context.capabilities.sampling != .none else {
            return value.double == neutral ? context.losses.note("\(name)") : context.losses.drop("\(name)")
        }
        // Infinitely large is still larger than allowed.
        let number = value.double ?? (value.text.hasPrefix("-") ? -.infinity : .infinity)
        json.key(name)
        if range.contains(number) {
            json.number(value)
        } else {
            context.losses.adapt("\(name)")
            json.double(number < range.lowerBound ? range.lowerBound : range.upperBound)
        }
    }

    private mutating func writeUnlessRefused(_ value: NumberText?, _ name: StaticString, isTaken: Bool) {
        guard let value else { return }
        guard isTaken else { return context.losses.drop("\(name)") }
        json.key(name)
        json.number(value)
    }

    mutating func writeLimits() {
        if let maximum = request.maximumOutputTokens {
            json.key(context.capabilities.maximumTokensField.rawValue)
            json.integer(max(1, maximum))
        }
        var stops = request.stopSequences.filter { !$0.isEmpty }
        if let limit = context.capabilities.maximumStopSequences, stops.count > limit {
            if limit <= 0 { context.losses.drop("stop") } else { context.losses.adapt("stop") }
            stops = Array(stops.prefix(max(0, limit)))
        }
        if !stops.isEmpty {
            json.key("stop" as StaticString)
            json.beginArray()
            for stop in stops { json.string(stop) }
            json.endArray()
        }
        if let verbosity = request.verbosity {
            if isOpenAI {
                json.key("verbosity" as StaticString)
                json.string(verbosity)
            } else {
                context.losses.drop("verbosity")
            }
        }
    }

    // MARK: Reasoning

    mutating func writeReasoning() {
        guard let reasoning = request.reasoning else { return }
        // There is no field for what is shown: such servers show what they show.
        if reasoning.isShown != nil || reasoning.summary != nil { context.losses.note("reasoning.summary") }
        guard let wanted = wantedEffort(reasoning) else { return }
        let levels = context.capabilities.efforts
        if wanted == .none { return writeNoReasoning(levels) }
        guard context.capabilities.thinking.contains(.effort),
            let level = wanted.nearest(among: levels)
        else { return context.losses.drop("reasoning_effort") }
        if level != wanted { context.losses.adapt("reasoning_effort") }
        write(effort: level)
    }

    private mutating func wantedEffort(_ reasoning: NeutralReasoning) -> NeutralReasoning.Effort? {
        switch reasoning.mode {
        case .disabled: return NeutralReasoning.Effort.none
        case .betweenTools:
            context.losses.adapt("thinking")
            return NeutralReasoning.Effort.none
        case .adaptive, .enabled, nil: break
        }
        if let effort = reasoning.effort { return effort }
        guard let budget = reasoning.budgetTokens else { return nil }
        context.losses.note("thinking.budget_tokens")
        return NeutralReasoning.Effort(budgetTokens: budget)
    }

    private mutating func writeNoReasoning(_ levels: [NeutralReasoning.Effort]) {
        guard !context.capabilities.thinking.isEmpty else { return }
        if levels.contains(.none) {
            write(effort: .none)
        } else if levels.contains(.minimal) {
            context.losses.adapt("reasoning_effort")
            write(effort: .minimal)
        } else {
            context.losses.drop("reasoning_effort")
        }
    }

    private mutating func write(effort: NeutralReasoning.Effort) {
        json.key("reasoning_effort" as StaticString)
        json.string(effort.rawValue)
    }
}
