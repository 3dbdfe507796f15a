/// Fills what the file leaves out from variables that other programs read too: `HOST`, `PORT`, `HTTPS_PROXY`,
/// `NO_PROXY`, `SSL_CERT_FILE`, `DATABASE_URL`, `REDIS_URL` and the keys, addresses and regions of providers (`OPENAI_API_KEY`).
///
/// They carry no prefix of ours, so they may have been set for something else: the file wins over them, and a variable
/// with a prefix over both. An empty one counts as none.
struct SharedVariables {
    let environment: [String: String]
    let kinds: [ProviderKind]

    /// Fills the gaps of `root`, a document that went through the check.
    func fill(_ root: inout ConfigurationNode) {
        var server = section("server", of: root)
        if server["listen"] == nil {
            if server["host"] == nil { server["host"] = first(["HOST"]) }
            if server["port"] == nil { server["port"] = first(["PORT"]) }
        }
        set("server", server, in: &root)
        var outbound = section("outbound", of: root)
        if outbound["proxy"] == nil { outbound["proxy"] = first(["HTTPS_PROXY", "https_proxy"]) }
        if outbound["no_proxy"] == nil { outbound["no_proxy"] = first(["NO_PROXY", "no_proxy"]).map(list) }
        if outbound["ca"] == nil { outbound["ca"] = first(["SSL_CERT_FILE"]) }
        set("outbound", outbound, in: &root)
        var storage = section("storage", of: root)
        if storage["database"] == nil { storage["database"] = first(["DATABASE_URL"]) }
        if storage["redis"] == nil { storage["redis"] = first(["REDIS_URL"]) }
        set("storage", storage, in: &root)
        root["providers"] = root["providers"].map(filled) ?? providersOfEnvironment(at: root.location)
    }

    private func filled(_ providers: ConfigurationNode) -> ConfigurationNode {
        var result = providers
        for entry in providers.entries ?? [] {
            let name = entry.value["kind"]?.scalar?.text ?? entry.key
            guard let kind = kinds.first(where: { $0.name == name }) else { continue }
            var provider = entry.value
            if provider.isBroken { continue }
            let isSigning = ["access_key_id", "secret_access_key", "profile"].contains { provider[$0] != nil }
            if provider["api_key"] == nil, provider["api_keys"] == nil, !isSigning {
                provider["api_key"] = key(of: kind)
            }
            if provider["base_url"] == nil { provider["base_url"] = first(kind.baseURLVariables) }
            fillPlace(&provider, of: kind)
            result[entry.key] = provider
        }
        return result
    }

    /// The providers of a gateway whose file names none: those that the environment has something for, and the
    /// built-in ones.
    private func providersOfEnvironment(at location: SourceLocation) -> ConfigurationNode {
        var result = ConfigurationNode(content: .map([]), location: location)
        for kind in kinds {
            var provider = ConfigurationNode(content: .map([]), location: location)
            let key = key(of: kind)
            let address = first(kind.baseURLVariables)
            // An address alone makes no provider of a kind that needs a key: the SDKs' own variables often stand in an
            // environment because they point at this gateway.
            let hasWitness = first(kind.witnessVariables) != nil
            let isUsable =
                kind.credential == .required ? key != nil : key != nil || address != nil || hasWitness
            guard kind.isBuiltIn || (isUsable && (address != nil || !kind.requiresBaseURL)) else { continue }
            provider["api_key"] = key
            provider["base_url"] = address
            fillPlace(&provider, of: kind)
            // What else needs them has them; an environment that lacks one was made for another program.
            if kind.requiresRegion, provider["region"] == nil { continue }
            if kind.requiresProject, provider["project"] == nil, provider["service_account"] == nil { continue }
            result[kind.name] = provider
        }
        return result
    }

    private func fillPlace(_ provider: inout ConfigurationNode, of kind: ProviderKind) {
        if provider["region"] == nil { provider["region"] = first(kind.regionVariables) }
        if provider["project"] == nil { provider["project"] = first(kind.projectVariables) }
        if provider["service_account"] == nil { provider["service_account"] = first(kind.serviceAccountVariables) }
    }

    private func key(of kind: ProviderKind) -> ConfigurationNode? {
        kind.credential == .none ? nil : first(kind.apiKeyVariables)
    }

    private func section(_ key: String, of root: ConfigurationNode) -> ConfigurationNode {
        root[key] ?? ConfigurationNode(content: .map([]), location: root.location)
    }

    private func set(_ key: String, _ section: ConfigurationNode, in root: inout ConfigurationNode) {
        guard section.entries?.isEmpty == false else { return }
        root[key] = section
    }

    private func first(_ names: [String]) -> ConfigurationNode? {
        for name in names {
            if let value = environment[name], !value.isEmpty { return ConfigurationNode(environment: name, value) }
        }
        return nil
    }

    private func list(_ node: ConfigurationNode) -> ConfigurationNode {
        let items = (node.scalar?.text ?? "").split(whereSeparator: { $0 == "," || $0 == " " })
        return ConfigurationNode(
            content: .list(
                items.map {
                    ConfigurationNode(
                        content: .scalar(.init(text: String($0), kind: .literal)), location: node.location)
                }
            ),
            location: node.location
        )
    }
}
