// What a model says of itself beside its targets.
extension DocumentDecoder {
    mutating func settings(_ section: Section, of model: inout ModelConfiguration, _ names: KnownNames) {
        model.strategy = strategy(section) ?? model.strategy
        model.retry = retry(section.section("retry"))
        let fallback = section.section("fallback")
        model.fallback = FallbackConfiguration(
            default: references("default", of: fallback, names),
            contextWindow: fallback.node?["context_window"] == nil
                ? nil : references("context_window", of: fallback, names),
            contentPolicy: fallback.node?["content_policy"] == nil
                ? nil : references("content_policy", of: fallback, names)
        )
        model.hold = hold(section.section("hold"))
        model.hedgeAfter = hedge(section.section("hedge"))
        model.mirror = mirror(section.section("mirror"), names)
        model.exposesTargetModel = flag("expose_target_model", of: section)
        model.timeouts = timeoutOverrides(section.section("timeouts"))
        model.conversion = choice("conversion", of: section) ?? model.conversion
        model.isCaptured = flag("capture", of: section) ?? model.isCaptured
        model.limits = ownLimits(section, level: "model")
        warnings(section, of: model)
    }

    private mutating func retry(_ section: Section) -> RetryConfiguration {
        var result = RetryConfiguration()
        result.attempts = count("attempts", of: section, 1...100)
        if section.node?["on"] != nil {
            var causes: Set<RetryConfiguration.Cause> = []
            for (text, path, node) in texts("on", of: section) {
                if let cause = RetryConfiguration.Cause(rawValue: text.lowercased()) {
                    causes.insert(cause)
                } else {
                    mismatch(Self.list(RetryConfiguration.Cause.allCases.map(\.rawValue)), node, path)
                }
            }
            result.causes = RetryConfiguration.Cause.allCases.filter { causes.contains($0) }
        }
        let backoff = value("backoff", of: section, "a range of durations like 200ms..5s", DurationRangeText.parse)
        result.backoff = backoff ?? result.backoff
        result.within = duration("within", of: section)
        result.retryAfterCap = duration("retry_after_cap", of: section, allowsZero: true) ?? result.retryAfterCap
        return result
    }

    private mutating func hold(_ section: Section) -> HoldConfiguration? {
        let result = HoldConfiguration(
            events: count("events", of: section, 1...10_000),
            bytes: size("bytes", of: section, ByteSize(bytes: 1) ... .mebibytes(16)),
            time: duration("time", of: section)
        )
        return result == HoldConfiguration() ? nil : result
    }

    private mutating func hedge(_ section: Section) -> Duration? {
        guard section.node?.entries != nil else { return nil }
        guard section.node?["after"] != nil else {
            problems.error(
                "missing; write after how long without content a second attempt begins, like 800ms",
                at: section.path.key("after"),
                section.location
            )
            return nil
        }
        return duration("after", of: section)
    }

    private mutating func mirror(_ section: Section, _ names: KnownNames) -> MirrorConfiguration? {
        guard section.node?.entries != nil else { return nil }
        let share = value("percent", of: section, "a percentage from 0 to 100, like 10") { text in
            let percentage = PercentageText.parse(text) ?? PercentageText.number(text[...])
            return percentage.flatMap { $0 <= .all ? $0 : nil }
        }
        guard let node = section.node?["to"] else {
            problems.error(
                "missing; write the model that gets the copies", at: section.path.key("to"), section.location)
            return nil
        }
        let destination = reference(node, section.path.key("to"), names)
        return destination.map { MirrorConfiguration(to: $0, share: share ?? .all) }
    }

    /// `a, b or c`.
    static func list(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
}
