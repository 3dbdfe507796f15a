import SluiceCore

extension DocumentDecoder {
    mutating func providers(_ section: Section) -> [ProviderConfiguration] {
        var result: [ProviderConfiguration] = []
        for entry in section.node?.entries ?? [] {
            let child = Section(node: entry.value, path: section.path.key(entry.key))
            guard Self.isProviderName(entry.key) else {
                problems.error(
                    "a provider's name consists of letters, digits, '.', '_' and '-'",
                    at: child.path,
                    entry.keyLocation
                )
                continue
            }
            // A broken one is kept by its name, so that what refers to it is not reported as well.
            let isBroken = entry.value.isBroken
            result.append(
                isBroken ? ProviderConfiguration(name: entry.key) : provider(entry.key, child, at: entry.keyLocation))
        }
        return result
    }

    private static func isProviderName(_ name: String) -> Bool {
        // No slash: `provider/model` must be read in one way.
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private mutating func provider(
        _ name: String,
        _ section: Section,
        at location: SourceLocation
    ) -> ProviderConfiguration {
        var result = ProviderConfiguration(name: name)
        if section.node?["kind"]?.isBroken ?? false { return result }
        let kindName = text("kind", of: section) ?? name
        result.kind = kindName
        result.baseURL = value("base_url", of: section, "a URL like https://host/v1") { BaseURL($0) }
        if openAIUpstreams.contains(name), result.baseURL?.path.isEmpty == true { result.baseURL?.path = "/v1" }
        result.apiVersion = text("api_version", of: section)
        result.region = region(section)
        result.project = text("project", of: section)
        result.capabilities = capabilities(section.section("capabilities"))
        result.maxConcurrency = count("max_concurrency", of: section, 1...1_000_000)
        resilience(section, of: &result)
        result.timeouts = timeoutOverrides(section.section("timeouts"))
        result.headers = headers(section.section("headers"))
        for (text, path, node) in texts("forward_headers", of: section) {
            if Self.isToken(text) {
                result.forwardHeaders.append(text.lowercased())
            } else {
                mismatch("the name of a header", node, path)
            }
        }
        result.certificateAuthorities = file("ca", of: section)
        result.proxy = proxy(section)
        result.limits = ownLimits(section, level: "provider")
        guard let kind = kinds.first(where: { $0.name == kindName }) else {
            reportUnknownKind(kindName, section, location)
            return result
        }
        if kind.requiresBaseURL, section.node?["base_url"] == nil {
            problems.error(
                "missing; a provider of kind \(kind.name) has no address of its own",
                at: section.path.key("base_url"),
                location
            )
        }
        checkPlace(result, section, of: kind, at: location)
        result.signing = signingKeys(section, of: kind)
        result.profile = profile(section, of: kind)
        result.serviceAccount = serviceAccount(section, of: kind)
        result.dialect = dialect(section, of: kind)
        let keys = apiKeys(section, of: kind)
        result.apiKeys = keys.secrets
        if keys.isWritten ? keys.secrets.isEmpty : kind.credential == .required {
            result.isEnabled = false
            problems.warning(
                "off, since it has no key; \(Self.howToGiveKey(section, kind))",
                at: section.path,
                location
            )
        }
        return result
    }

    private static func howToGiveKey(_ section: Section, _ kind: ProviderKind) -> String {
        if let reference = section.node?["api_key"]?.scalar?.reference {
            return "\(FoundText.sanitized(reference)) is empty"
        }
        guard let variable = kind.apiKeyVariables.first else { return "write api_key" }
        return "write api_key, or set \(variable)"
    }

    private mutating func reportUnknownKind(_ kind: String, _ section: Section, _ location: SourceLocation) {
        let names = kinds.map(\.name)
        let nearest = Suggestion.nearest(to: kind, in: names).map { "did you mean \($0)? " } ?? ""
        let written = section.node?["kind"]
        let subject =
            written == nil
            ? "is the name of no kind; write kind: as well" : "there is no kind \(FoundText.sanitized(kind))"
        problems.error(
            "\(subject); \(nearest)known kinds: \(names.joined(separator: ", "))",
            at: written == nil ? section.path : section.path.key("kind"),
            written?.location ?? location
        )
    }

    private mutating func apiKeys(_ section: Section, of kind: ProviderKind) -> (secrets: [Secret], isWritten: Bool) {
        var single = section.node?["api_key"]
        var many = section.node?["api_keys"]
        if let one = single, let several = many {
            switch (one.location.isEnvironment, several.location.isEnvironment) {
            case (true, false): many = nil
            case (false, true): single = nil
            default:
                problems.error(
                    "api_key and api_keys exclude each other; remove one", at: section.path.key("api_keys"),
                    several.location)
            }
        }
        guard single != nil || many != nil else { return ([], false) }
        if kind.credential == .none {
            let key = single == nil ? "api_keys" : "api_key"
            problems.error(
                "a provider of kind \(kind.name) takes no key; remove it",
                at: section.path.key(key),
                section.node?[key]?.location
            )
            return ([], false)
        }
        var secrets: [Secret] = []
        if let single, let secret = secret(single, section.path.key("api_key")) { secrets.append(secret) }
        let path = section.path.key("api_keys")
        for (index, node) in (many?.list ?? []).enumerated() {
            if let secret = secret(node, path.index(index)) {
                secrets.append(secret)
            } else if node.scalar?.text.isEmpty == true {
                let what = node.scalar?.reference.map { "\(FoundText.sanitized($0)) is empty" } ?? "empty"
                problems.warning("\(what); it is skipped", at: path.index(index), node.location)
            }
        }
        return (secrets, true)
    }

    private mutating func headers(_ section: Section) -> [HeaderField] {
        var result: [HeaderField] = []
        for entry in section.node?.entries ?? [] {
            let path = section.path.key(entry.key)
            guard Self.isToken(entry.key) else {
                problems.error("this cannot be the name of a header", at: path, entry.keyLocation)
                continue
            }
            // Who frames and routes the request is the gateway, and it alone.
            let ours = ["host", "content-length", "transfer-encoding", "connection", "content-type", "accept-encoding"]
            if ours.contains(entry.key.lowercased()) {
                problems.error("this header is set by the gateway; remove it", at: path, entry.keyLocation)
                continue
            }
            if result.contains(where: { $0.name.lowercased() == entry.key.lowercased() }) {
                problems.error("this header is written twice", at: path, entry.keyLocation)
                continue
            }
            if let value = secret(entry.value, path) { result.append(HeaderField(name: entry.key, value: value)) }
        }
        return result
    }

    private mutating func proxy(_ section: Section) -> ProviderConfiguration.Proxy {
        let proxy: ProviderConfiguration.Proxy? = value(
            "proxy",
            of: section,
            "off, or a proxy like http://proxy.example.com:3128"
        ) { text in
            ["off", "none", "false"].contains(text.lowercased()) ? .off : ProxyURL(text).map { .through($0) }
        }
        guard case .through(let url) = proxy else { return proxy ?? .inherited }
        return .through(unmasked(url, section.path.key("proxy"), section.node?["proxy"]?.location))
    }

    /// Source: RFC 9110, section 5.6.2.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
                }
            }
    }
}
