import SluiceCore

extension DocumentDecoder {
    mutating func models(_ section: Section, _ names: ProviderNames) -> [ModelConfiguration] {
        var result: [ModelConfiguration] = []
        for entry in section.node?.entries ?? [] {
            let path = section.path.key(entry.key)
            guard !entry.key.isEmpty, entry.key.utf8.count <= 256, Self.isLine(entry.key) else {
                problems.error("a model's name is one line of 1 to 256 bytes", at: path, entry.keyLocation)
                continue
            }
            let targets: [TargetConfiguration]
            var timeouts = TimeoutOverrides()
            var conversion = ConversionMode.default
            let isLong = entry.value.entries != nil
            let form = Section(node: entry.value, path: path)
            if isLong {
                checkStrategy(form)
                targets = self.targets(entry.value["targets"], path.key("targets"), names)
                timeouts = timeoutOverrides(form.section("timeouts"))
                conversion = choice("conversion", of: form) ?? conversion
            } else {
                targets = self.targets(entry.value, path, names)
            }
            let written = isLong ? entry.value["targets"] : entry.value
            if targets.isEmpty {
                // Targets that were written and are wrong have been reported.
                if written?.list?.isEmpty ?? (written == nil) {
                    problems.error(
                        "expected at least one target, like { provider: openai, model: gpt-4o }", at: path,
                        entry.keyLocation)
                }
                continue
            }
            if targets.allSatisfy({ names.off.contains($0.provider) }) {
                problems.warning("cannot be used: every provider that it may go to is off", at: path, entry.keyLocation)
            }
            result.append(
                ModelConfiguration(
                    pattern: ModelPattern(entry.key),
                    targets: targets,
                    timeouts: timeouts,
                    conversion: conversion
                )
            )
        }
        return result
    }

    private mutating func checkStrategy(_ section: Section) {
        guard let node = section.node?["strategy"], let name = node.scalar?.text, name != "priority" else { return }
        let known = ["weighted", "least_busy", "fastest", "cheapest", "sticky", "prefix"]
        let path = section.path.key("strategy")
        if known.contains(name) {
            problems.error(
                "\(name) is not available yet in this version; remove it, and targets are tried in order", at: path,
                node.location)
        } else {
            mismatch("priority", node, path)
        }
    }

    /// The targets of a list, or of a short form that stands for one.
    private mutating func targets(
        _ node: ConfigurationNode?,
        _ path: ConfigurationPath,
        _ names: ProviderNames
    ) -> [TargetConfiguration] {
        guard let node else { return [] }
        guard let items = node.list else { return target(node, path, names).map { [$0] } ?? [] }
        return items.enumerated().compactMap { index, item in target(item, path.index(index), names) }
    }

    /// `{ provider, model, weight }`, or in short `provider` or `provider/model`.
    mutating func target(
        _ node: ConfigurationNode,
        _ path: ConfigurationPath,
        _ names: ProviderNames
    ) -> TargetConfiguration? {
        if node.isBroken { return nil }
        if let text = node.scalar?.text {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let provider = parts.first, !text.isEmpty, Self.isLine(text), parts.count == 1 || !parts[1].isEmpty
            else {
                mismatch("a provider, or provider/model", node, path)
                return nil
            }
            guard names.all.contains(provider) else {
                problems.error(names.explanation(for: provider), at: path, node.location)
                return nil
            }
            return TargetConfiguration(provider: provider, model: parts.count == 2 ? parts[1] : nil)
        }
        let section = Section(node: node, path: path)
        let model = text("model", of: section)
        let weight = count("weight", of: section, 0...1_000_000)
        let capabilities = capabilities(section.section("capabilities"))
        if weight != nil {
            problems.warning(
                "without effect: weighted targets are not available yet, and targets are tried in order",
                at: path.key("weight"),
                node["weight"]?.location
            )
        }
        guard let provider = text("provider", of: section) else {
            if node["provider"] == nil {
                problems.error(
                    "missing; a target names the provider that it goes to", at: path.key("provider"), node.location)
            }
            return nil
        }
        guard names.all.contains(provider) else {
            problems.error(names.explanation(for: provider), at: path.key("provider"), node["provider"]?.location)
            return nil
        }
        return TargetConfiguration(provider: provider, model: model, weight: weight, capabilities: capabilities)
    }
}
