/// Goes through a document along the schema: reports what is unknown or of the wrong shape, and resolves references.
///
/// What it hands back holds known keys of fitting shapes alone, every scalar resolved. A value that was reported stays
/// as a broken one, so that it is not reported as missing too and the items after it keep their numbers.
struct SchemaCheck {
    private(set) var problems = DiagnosticList()
    var references: ReferenceResolver

    init(references: ReferenceResolver) {
        self.references = references
    }

    /// The part of `node` that can be gone on with; `nil` if it says nothing.
    mutating func check(_ node: ConfigurationNode, _ schema: KeySchema, at path: ConfigurationPath)
        -> ConfigurationNode?
    {
        guard let form = schema.form(for: node) else {
            if node.isNull {
                // `ollama:` with nothing after it is an entry that says nothing of its own.
                return Self.hasSection(schema) ? ConfigurationNode(content: .map([]), location: node.location) : nil
            }
            // Not the value itself: it may be a key that was meant for another place.
            problems.error("expected \(schema.shape), found \(node.shape)", at: path, node.location)
            return ConfigurationNode(content: .broken, location: node.location)
        }
        var result = node
        switch (form, node.content) {
        case (.scalar, .scalar(let scalar)), (.credential, .scalar(let scalar)):
            if scalar.kind == .null { return Self.hasSection(schema) ? check(empty(node), schema, at: path) : nil }
            guard let resolved = resolve(scalar, isCredential: form.isCredential, at: path, node.location) else {
                result.content = .broken
                return result
            }
            result.content = .scalar(resolved)
        case (.list(let item), .scalar(let scalar)):
            let parts = scalar.text.split(separator: ",").map { part in
                ConfigurationNode(
                    content: .scalar(.init(text: String(part.trimmingSpaces), kind: .literal)),
                    location: node.location
                )
            }
            result.content = .list(parts)
            return check(result, .list(item), at: path)
        case (.list(let item), .list(let items)):
            var kept: [ConfigurationNode] = []
            for (index, node) in items.enumerated() {
                if node.isNull {
                    problems.error("expected \(item.shape), found nothing", at: path.index(index), node.location)
                    kept.append(ConfigurationNode(content: .broken, location: node.location))
                } else if let checked = check(node, item, at: path.index(index)) {
                    kept.append(checked)
                }
            }
            result.content = .list(kept)
        case (.named(let value), .map(let entries)):
            result.content = .map(
                entries.compactMap { entry in
                    guard let checked = check(entry.value, value, at: path.key(entry.key)) else { return nil }
                    return .init(key: entry.key, keyLocation: entry.keyLocation, value: checked)
                }
            )
        case (.open(let keys, let others), .map(let entries)):
            result.content = .map(
                entries.compactMap { entry in
                    let schema = keys.first { $0.name == entry.key }?.schema ?? others
                    guard let checked = check(entry.value, schema, at: path.key(entry.key)) else { return nil }
                    return .init(key: entry.key, keyLocation: entry.keyLocation, value: checked)
                }
            )
        case (.section(let keys), .map(let entries)):
            result.content = .map(
                entries.compactMap { entry in
                    guard let key = known(entry, of: keys, at: path),
                        let checked = check(entry.value, key.schema, at: path.key(entry.key))
                    else { return nil }
                    return .init(key: entry.key, keyLocation: entry.keyLocation, value: checked)
                }
            )
        default: return nil
        }
        return result
    }

    private func empty(_ node: ConfigurationNode) -> ConfigurationNode {
        ConfigurationNode(content: .map([]), location: node.location)
    }

    private static func hasSection(_ schema: KeySchema) -> Bool {
        switch schema {
        case .section, .open: true
        case .anyOf(let forms): forms.contains { hasSection($0) }
        case .scalar, .credential, .list, .named: false
        }
    }

    private mutating func known(
        _ entry: ConfigurationNode.Entry,
        of keys: [KeySchema.Key],
        at path: ConfigurationPath
    ) -> KeySchema.Key? {
        let place = path.key(entry.key)
        if let key = keys.first(where: { $0.name == entry.key }) { return key }
        let names = keys.map(\.name)
        let hint: String
        if let nearest = Suggestion.nearest(to: entry.key, in: names) {
            hint = "did you mean \(nearest)?"
        } else if let section = GatewaySchema.sections(with: entry.key).first {
            hint = "it belongs under \(section)"
        } else {
            hint = "known here: \(names.joined(separator: ", "))"
        }
        problems.error("unknown key; \(hint)", at: place, entry.keyLocation)
        return nil
    }

    private mutating func resolve(
        _ scalar: ConfigurationNode.Scalar,
        isCredential: Bool,
        at path: ConfigurationPath,
        _ location: SourceLocation
    ) -> ConfigurationNode.Scalar? {
        guard scalar.kind != .literal else { return scalar }
        var result = scalar
        switch references.resolve(scalar.text) {
        case .same: return scalar
        case .text(let text): result.text = text
        case .unset(let variable):
            guard isCredential else {
                problems.error(
                    "\(variable) is not set in the environment; set it, or write ${\(variable):-default}",
                    at: path,
                    location
                )
                return nil
            }
            result.text = ""
        case .failure(let message):
            problems.error(message, at: path, location)
            return nil
        }
        result.reference = scalar.text
        return result
    }
}

extension KeySchema {
    fileprivate var isCredential: Bool {
        if case .credential = self { true } else { false }
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
