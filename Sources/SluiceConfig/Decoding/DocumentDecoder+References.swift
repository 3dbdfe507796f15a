// Reads where something leads.
extension DocumentDecoder {
    /// A target in short: `provider`, `provider/model`, or where no provider has the name, a model of the table.
    mutating func shortTarget(
        _ text: String,
        _ node: ConfigurationNode,
        _ path: ConfigurationPath,
        _ names: KnownNames
    ) -> ModelReference? {
        guard isReference(text, node, path) else { return nil }
        if let reference = provider(text, names) { return reference }
        if names.models.entry(for: text) != nil { return .model(text) }
        reportUnknown(text, node, path, names)
        return nil
    }

    /// A model, as in a fallback: the entry of this very name, else a provider or `provider/model`, else a name that a
    /// pattern of the table fits.
    mutating func reference(
        _ node: ConfigurationNode,
        _ path: ConfigurationPath,
        _ names: KnownNames
    ) -> ModelReference? {
        guard let text = node.scalar?.text, isReference(text, node, path) else { return nil }
        if names.models.hasEntry(text) { return .model(text) }
        if let reference = provider(text, names) { return reference }
        if names.models.entry(for: text) != nil { return .model(text) }
        reportUnknown(text, node, path, names)
        return nil
    }

    /// The name of a model of the table.
    mutating func tableModel(
        _ key: String,
        of section: Section,
        _ names: KnownNames
    ) -> String? {
        guard let node = section.node?[key], let name = text(key, of: section, "the name of a model") else {
            return nil
        }
        if names.models.entry(for: name) != nil { return name }
        let path = section.path.key(key)
        if provider(name, names) != nil {
            problems.error(
                "\(FoundText.sanitized(name)) is no model of the table but leads to a provider; write it as a target",
                at: path,
                node.location
            )
        } else {
            let hint = names.models.nearest(to: name).map { "; did you mean \(FoundText.sanitized($0))?" } ?? ""
            problems.error("there is no model called \(FoundText.sanitized(name))\(hint)", at: path, node.location)
        }
        return nil
    }

    /// A list of models, or one.
    mutating func references(_ key: String, of section: Section, _ names: KnownNames) -> [ModelReference] {
        guard let node = section.node?[key] else { return [] }
        let path = section.path.key(key)
        guard let items = node.list else { return reference(node, path, names).map { [$0] } ?? [] }
        return items.enumerated().compactMap { index, item in reference(item, path.index(index), names) }
    }

    private func provider(_ text: String, _ names: KnownNames) -> ModelReference? {
        if names.providers.contains(text) { return .provider(text, model: nil) }
        return names.providers.split(text).map { .provider($0.provider, model: $0.model) }
    }

    private mutating func isReference(_ text: String, _ node: ConfigurationNode, _ path: ConfigurationPath) -> Bool {
        if !text.isEmpty, Self.isLine(text), text.utf8.first != UInt8(ascii: "/"), text.utf8.last != UInt8(ascii: "/") {
            return true
        }
        mismatch("a provider, provider/model, or the name of a model", node, path)
        return false
    }

    private mutating func reportUnknown(
        _ text: String,
        _ node: ConfigurationNode,
        _ path: ConfigurationPath,
        _ names: KnownNames
    ) {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            problems.error(names.providers.explanation(for: parts[0]), at: path, node.location)
            return
        }
        let hint =
            names.models.nearest(to: text, or: names.providers.all)
            .map { "did you mean \(FoundText.sanitized($0))?" }
            ?? (names.providers.all.isEmpty
                ? "there are no providers; add it under providers"
                : "known providers: \(names.providers.all.joined(separator: ", "))")
        problems.error(
            "there is no provider and no model called \(FoundText.sanitized(text)); \(hint)", at: path, node.location)
    }
}
