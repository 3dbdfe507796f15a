/// Rewrites what the TOML of earlier gateways calls differently, before anything else looks at the document:
/// `[[upstreams]] name, url, format, api_key` become entries of `providers`.
///
/// Their `[[routes]] path, input_format, upstream` and `[server] host, port` are forms that the schema itself knows.
struct EarlierGatewayUpgrade {
    private(set) var problems = DiagnosticList()
    /// The upstreams of the format `openai`. Their `url` names the server alone as a rule, without the `/v1` that
    /// `base_url` has.
    private(set) var openAIUpstreams: Set<String> = []
    private let kinds: [ProviderKind]

    init(kinds: [ProviderKind]) {
        self.kinds = kinds
    }

    /// Rewrites `root`.
    mutating func apply(to root: inout ConfigurationNode) {
        guard let upstreams = root["upstreams"] else { return }
        root["upstreams"] = nil
        let path = ConfigurationPath.root.key("upstreams")
        guard let items = upstreams.list else {
            problems.error("expected a list, found \(upstreams.shape)", at: path, upstreams.location)
            return
        }
        var providers = root["providers"] ?? ConfigurationNode(content: .map([]), location: upstreams.location)
        if providers.isNull { providers.content = .map([]) }
        // Something else under `providers` is reported by the check.
        guard providers.entries != nil else { return }
        for (index, item) in items.enumerated() {
            let place = path.index(index)
            guard item.entries != nil else {
                problems.error("expected a map of keys, found \(item.shape)", at: place, item.location)
                continue
            }
            guard let name = item["name"]?.scalar?.text, !name.isEmpty else {
                problems.error("expected a name; write name = \"...\"", at: place, item.location)
                continue
            }
            guard providers[name] == nil else {
                problems.error(
                    "there is already a provider called \(FoundText.sanitized(name))",
                    at: place.key("name"),
                    item["name"]?.location
                )
                continue
            }
            providers[name] = provider(of: item, called: name)
        }
        root["providers"] = providers
    }

    private mutating func provider(of upstream: ConfigurationNode, called name: String) -> ConfigurationNode {
        var entries: [ConfigurationNode.Entry] = []
        for var entry in upstream.entries ?? [] {
            switch entry.key {
            case "name": continue
            case "url": entry.key = "base_url"
            case "format":
                entry.key = "kind"
                if case .scalar(var scalar) = entry.value.content {
                    if scalar.text == "openai" { openAIUpstreams.insert(name) }
                    scalar.text = kind(ofFormat: scalar.text, upstream: name)
                    entry.value.content = .scalar(scalar)
                }
            default: break
            }
            entries.append(entry)
        }
        return ConfigurationNode(content: .map(entries), location: upstream.location)
    }

    /// A format said how to talk, not to whom: `openai` at any address is a compatible server, unless the upstream
    /// bears the vendor's own name.
    private func kind(ofFormat format: String, upstream name: String) -> String {
        let compatible = "\(format)-compatible"
        guard name != format, kinds.contains(where: { $0.name == compatible }) else { return format }
        return compatible
    }
}
