// What keeps a provider's failures from spreading.
extension DocumentDecoder {
    /// `queue`, `retry_budget`, `breaker` and `probe` of a provider.
    mutating func resilience(_ section: Section, of provider: inout ProviderConfiguration) {
        provider.queue = count("queue", of: section, 0...1_000_000)
        if provider.queue != nil, section.node?["max_concurrency"] == nil {
            problems.warning(
                "without effect, since nothing waits; set max_concurrency as well",
                at: section.path.key("queue"),
                section.node?["queue"]?.location
            )
        }
        provider.retryBudget = switchable(
            "retry_budget", of: section, "off, or a percentage from 0% to 100%, like 20%", default: provider.retryBudget
        ) { text in
            PercentageText.parse(text).flatMap { $0 <= .all ? $0 : nil }
        }
        provider.breaker = breaker(section)
        provider.probe = probe(section)
    }

    private mutating func breaker(_ section: Section) -> BreakerConfiguration? {
        var result = BreakerConfiguration()
        guard isSwitchedOn("breaker", of: section, default: true, "on, off, or a map of its settings") else {
            return nil
        }
        let form = section.section("breaker")
        result.window = duration("window", of: form) ?? result.window
        result.failures = percentage("failures", of: form, Percentage(basisPoints: 1) ... .all) ?? result.failures
        result.minimum = count("minimum", of: form, 1...1_000_000) ?? result.minimum
        result.consecutive = count("consecutive", of: form, 1...1_000_000) ?? result.consecutive
        result.coolDown = duration("cool_down", of: form) ?? result.coolDown
        let cap = duration("cool_down_cap", of: form)
        result.coolDownCap = cap ?? max(result.coolDownCap, result.coolDown)
        if let cap, cap < result.coolDown {
            problems.error(
                "cannot be shorter than cool_down (\(DurationText.format(result.coolDown)))",
                at: form.path.key("cool_down_cap"),
                form.node?["cool_down_cap"]?.location
            )
        }
        return result
    }

    private mutating func probe(_ section: Section) -> ProbeConfiguration? {
        guard isSwitchedOn("probe", of: section, default: false, "on, off, or a map of its settings") else {
            return nil
        }
        var result = ProbeConfiguration()
        let form = section.section("probe")
        result.every = duration("every", of: form) ?? result.every
        result.timeout = duration("timeout", of: form) ?? result.timeout
        let path = value("path", of: form, "a path like /health") { text in
            let isPath =
                text.hasPrefix("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
            return isPath ? text : nil
        }
        result.path = path ?? result.path
        return result
    }

    /// Whether something is on that is switched by a word, or by a map of its settings.
    private mutating func isSwitchedOn(
        _ key: String,
        of section: Section,
        default fallback: Bool,
        _ expected: String
    ) -> Bool {
        guard let node = section.node?[key] else { return fallback }
        guard let text = node.scalar?.text else { return true }
        if Self.isOff(text) { return false }
        if !["on", "true", "yes"].contains(text.lowercased()) { mismatch(expected, node, section.path.key(key)) }
        return true
    }
}
