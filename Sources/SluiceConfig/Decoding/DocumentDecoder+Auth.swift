import SluiceCore

extension DocumentDecoder {
    mutating func auth(_ section: Section) -> AuthConfiguration {
        var result = AuthConfiguration()
        result.isRequired = flag("required", of: section) ?? result.isRequired
        result.whenClientLeaves = choice("when_client_leaves", of: section) ?? result.whenClientLeaves
        result.registration = registration(section) ?? result.registration
        let list = section.section("keys")
        var names: Set<String> = []
        var secrets: [Secret: String] = [:]
        for (index, node) in (list.node?.list ?? []).enumerated() where !node.isBroken {
            let item = Section(node: node, path: list.path.index(index))
            guard let key = staticKey(item) else { continue }
            if !names.insert(key.name).inserted {
                problems.error(
                    "there is already a key called \(FoundText.sanitized(key.name))",
                    at: item.path.key("name"),
                    node["name"]?.location
                )
            } else if let other = secrets.updateValue(key.name, forKey: key.key) {
                problems.error(
                    "the same key as that of \(FoundText.sanitized(other)); every key belongs to one name",
                    at: item.path.key("key"),
                    node["key"]?.location
                )
            } else {
                result.keys.append(key)
            }
        }
        tokens(section, &result)
        return result
    }

    /// The patterns of `models`; `nil` where it is not written.
    mutating func modelPatterns(_ section: Section) -> [ModelPattern]? {
        guard section.node?["models"] != nil else { return nil }
        var models: [ModelPattern] = []
        for (text, path, node) in texts("models", of: section) {
            if text.isEmpty || !Self.isLine(text) {
                mismatch("a model name or a pattern like gpt-*", node, path)
            } else {
                models.append(ModelPattern(text))
            }
        }
        return models
    }

    private mutating func staticKey(_ section: Section) -> StaticKeyConfiguration? {
        let name = required("name", of: section)
        let tenant = text("tenant", of: section)
        let departure: ClientLeavePolicy? = choice("when_client_leaves", of: section)
        let isCaptured = flag("capture", of: section)
        let models = modelPatterns(section)
        let limits = ownLimits(section, level: "key")
        let path = section.path.key("key")
        guard let node = section.node?["key"] else {
            problems.error(
                "missing; write the key that the client sends, or ${NAME} for an environment variable", at: path,
                section.location)
            return nil
        }
        if node.scalar?.text.isEmpty ?? false {
            let what =
                node.scalar?.reference.map { "\(FoundText.sanitized($0)) is empty" } ?? "expected a key, found nothing"
            problems.error(what, at: path, node.location)
            return nil
        }
        guard let secret = secret(node, path) else { return nil }
        guard !secret.hasSpace else {
            problems.error("a key cannot hold spaces, since clients send it in a header", at: path, node.location)
            return nil
        }
        if secret.count < 16 {
            problems.warning("shorter than 16 characters and soon guessed; make a longer one", at: path, node.location)
        }
        return name.map {
            StaticKeyConfiguration(
                name: $0, key: secret, models: models, tenant: tenant, whenClientLeaves: departure,
                isCaptured: isCaptured, limits: limits)
        }
    }
}

extension Secret {
    fileprivate var hasSpace: Bool {
        withBytes { bytes in
            for index in bytes.indices where bytes[index] == UInt8(ascii: " ") { return true }
            return false
        }
    }
}
