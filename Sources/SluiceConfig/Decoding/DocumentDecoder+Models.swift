import SluiceCore

extension DocumentDecoder {
    mutating func models(_ section: Section, _ names: KnownNames) -> [ModelConfiguration] {
        var result: [ModelConfiguration] = []
        for entry in section.node?.entries ?? [] where !entry.value.isBroken {
            let path = section.path.key(entry.key)
            guard Self.isModelName(entry.key) else {
                problems.error("a model's name is one line of 1 to 256 bytes", at: path, entry.keyLocation)
                continue
            }
            if let model = model(entry, path, names) { result.append(model) }
        }
        checkNesting(result, section)
        return result
    }

    private mutating func model(
        _ entry: ConfigurationNode.Entry,
        _ path: ConfigurationPath,
        _ names: KnownNames
    ) -> ModelConfiguration? {
        let pattern = ModelPattern(entry.key)
        let form = Section(node: entry.value, path: path)
        let isLong = entry.value.entries != nil
        if isLong, entry.value["alias"] != nil { return alias(pattern, form, names) }
        let written = isLong ? entry.value["targets"] : entry.value
        let targets = self.targets(written, isLong ? path.key("targets") : path, names)
        // The short form with the name of another model makes it a second name of that model.
        if entry.value.scalar != nil, case .model(let name) = targets.first?.destination {
            return ModelConfiguration(pattern: pattern, alias: name)
        }
        var model = ModelConfiguration(pattern: pattern, targets: targets)
        if isLong { settings(form, of: &model, names) }
        if targets.isEmpty {
            // Targets that were written and are wrong have been reported.
            if written?.list?.isEmpty ?? (written == nil) {
                problems.error(
                    "expected at least one target, like { provider: openai, model: gpt-4o }", at: path,
                    entry.keyLocation)
            }
            return nil
        }
        if targets.allSatisfy({ $0.provider.map { names.providers.off.contains($0) } ?? false }) {
            problems.warning("cannot be used: every provider that it may go to is off", at: path, entry.keyLocation)
        }
        return model
    }

    /// An entry that is another name of a model, in its long form.
    private mutating func alias(
        _ pattern: ModelPattern,
        _ section: Section,
        _ names: KnownNames
    ) -> ModelConfiguration? {
        for entry in section.node?.entries ?? [] where entry.key != "alias" {
            problems.error(
                "not together with alias: another name has all that the model has; remove one of them",
                at: section.path.key(entry.key),
                entry.keyLocation
            )
        }
        return tableModel("alias", of: section, names).map { ModelConfiguration(pattern: pattern, alias: $0) }
    }

    /// The targets of a list, or of a short form that stands for one.
    private mutating func targets(
        _ node: ConfigurationNode?,
        _ path: ConfigurationPath,
        _ names: KnownNames
    ) -> [TargetConfiguration] {
        guard let node else { return [] }
        guard let items = node.list else { return target(node, path, names).map { [$0] } ?? [] }
        return items.enumerated().compactMap { index, item in target(item, path.index(index), names) }
    }

    /// `{ provider, model, weight }`, `{ model, weight }` for another model, or in short `provider`, `provider/model` or
    /// the name of a model.
    mutating func target(
        _ node: ConfigurationNode,
        _ path: ConfigurationPath,
        _ names: KnownNames
    ) -> TargetConfiguration? {
        if node.isBroken { return nil }
        if let text = node.scalar?.text {
            return shortTarget(text, node, path, names).map { TargetConfiguration($0) }
        }
        let section = Section(node: node, path: path)
        let weight = count("weight", of: section, 0...1_000_000)
        guard node["provider"] != nil else { return nestedTarget(section, weight, names) }
        let model = text("model", of: section)
        let capabilities = capabilities(section.section("capabilities"))
        let priceForm = section.section("price")
        let price = priceForm.node?.entries == nil ? nil : price(priceForm, at: priceForm.location)
        guard let provider = text("provider", of: section) else { return nil }
        guard names.providers.contains(provider) else {
            problems.error(
                names.providers.explanation(for: provider), at: path.key("provider"), node["provider"]?.location)
            return nil
        }
        return TargetConfiguration(
            provider: provider, model: model, weight: weight, capabilities: capabilities, price: price)
    }

    /// A target without a provider: another model of the table.
    private mutating func nestedTarget(
        _ section: Section,
        _ weight: Int?,
        _ names: KnownNames
    ) -> TargetConfiguration? {
        for key in ["capabilities", "price"] {
            guard let node = section.node?[key] else { continue }
            problems.error(
                "of no use without a provider: the targets of the other model have their own; remove it",
                at: section.path.key(key),
                node.location
            )
        }
        guard section.node?["model"] != nil else {
            problems.error(
                "missing; a target names the provider that it goes to, or another model",
                at: section.path.key("provider"),
                section.location)
            return nil
        }
        return tableModel("model", of: section, names).map { TargetConfiguration(.model($0), weight: weight) }
    }

    /// Whether `text` may stand as the name of a model: one line of a bounded length.
    static func isModelName(_ text: String) -> Bool { (1...256).contains(text.utf8.count) && isLine(text) }
}
