import SluiceCore

// Who may call without a key of the gateway.
extension DocumentDecoder {
    /// Reads `jwt`, `introspection`, `client_certificates` and `forward_identity` of `auth`.
    mutating func tokens(_ section: Section, _ result: inout AuthConfiguration) {
        let jwt = section.section("jwt")
        for (index, node) in (jwt.node?.list ?? []).enumerated() where !node.isBroken {
            guard let issuer = self.issuer(Section(node: node, path: jwt.path.index(index))) else { continue }
            result.issuers.append(issuer)
        }
        let introspection = section.section("introspection")
        if introspection.node?.entries != nil {
            result.introspection += self.endpoint(introspection).map { [$0] } ?? []
        }
        for (index, node) in (introspection.node?.list ?? []).enumerated() where !node.isBroken {
            guard let endpoint = self.endpoint(Section(node: node, path: introspection.path.index(index))) else {
                continue
            }
            result.introspection.append(endpoint)
        }
        let certificates = section.section("client_certificates")
        for (index, node) in (certificates.node?.list ?? []).enumerated() where !node.isBroken {
            guard let rule = certificateRule(Section(node: node, path: certificates.path.index(index))) else {
                continue
            }
            result.certificates.append(rule)
        }
        let headers = section.section("forward_identity")
        result.identityHeaders = IdentityHeaders(
            user: identityField("user", of: headers), tenant: identityField("tenant", of: headers))
    }

    private mutating func issuer(_ section: Section) -> TokenIssuer? {
        let expected = "the URL that tokens name as iss, like https://id.example.com"
        let issuer = value("issuer", of: section, expected) { text in
            // OpenID Connect Discovery 1.0, section 3: neither query nor fragment.
            WebURL(text) == nil || text.utf8.contains(UInt8(ascii: "?")) ? nil : text
        }
        let keys = keySet(section)
        let leeway = self.duration("leeway", of: section, allowsZero: true)
        let keepKeys = duration("keep_keys", of: section)
        let (algorithms, secret) = self.algorithms(section)
        let audiences = self.audiences(section)
        let claims = self.claims(section)
        missing(["issuer", "audience"], of: section)
        guard let issuer, !audiences.isEmpty else { return nil }
        var result = TokenIssuer(
            issuer: issuer, audiences: audiences, keys: keys, algorithms: algorithms, secret: secret, claims: claims)
        result.leeway = leeway ?? result.leeway
        result.keepKeys = keepKeys ?? result.keepKeys
        if algorithms.allSatisfy(\.isSymmetric), section.node?["jwks"] == nil { result.keys = .none }
        if result.keys == .discovered { warnAboutClearText(issuer, "issuer", of: section) }
        return result
    }

    private mutating func keySet(_ section: Section) -> TokenIssuer.Keys {
        guard let text = section.node?["jwks"]?.scalar?.text else { return .discovered }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            return file("jwks", of: section).map { .file($0) } ?? .discovered
        }
        guard let url = value("jwks", of: section, "a URL like https://id.example.com/keys, or a file", WebURL.init)
        else { return .discovered }
        warnAboutClearText(text, "jwks", of: section)
        return .url(url)
    }

    /// The algorithms, and the secret of those that have one.
    private mutating func algorithms(_ section: Section) -> (Set<TokenAlgorithm>, Secret?) {
        let path = section.path.key("algorithms")
        let secretPath = section.path.key("secret")
        let secretNode = section.node?["secret"]
        let secret = secretNode.flatMap { self.secret($0, secretPath) }
        let names = TokenAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
        var algorithms: Set<TokenAlgorithm> = []
        for (text, path, node) in texts("algorithms", of: section) {
            guard let algorithm = TokenAlgorithm(rawValue: text) else {
                mismatch("one of \(names)", node, path)
                continue
            }
            if algorithm.isSymmetric, secretNode == nil {
                problems.error(
                    "\(text) is signed with a secret that both sides know; write it as secret", at: path, node.location)
            }
            algorithms.insert(algorithm)
        }
        if section.node?["algorithms"] == nil {
            algorithms = Set(TokenAlgorithm.asymmetric)
        } else if section.node?["algorithms"]?.list?.isEmpty ?? false {
            problems.error(
                "empty; write one at least, or remove the key", at: path, section.node?["algorithms"]?.location)
        }
        if let secretNode {
            if !algorithms.contains(where: \.isSymmetric) {
                problems.error(
                    "no algorithm uses it; list HS256, HS384 or HS512 under algorithms", at: secretPath,
                    secretNode.location)
            }
            // RFC 7518, section 3.2: at least as long as the hash.
            if let secret, secret.count < 32 {
                problems.error("shorter than 32 characters; make a longer one", at: secretPath, secretNode.location)
            } else if secretNode.scalar?.text.isEmpty ?? false {
                problems.error("empty; write a secret of at least 32 characters", at: secretPath, secretNode.location)
            }
        }
        return (algorithms, secret)
    }

    private mutating func endpoint(_ section: Section) -> IntrospectionEndpoint? {
        let url = value("url", of: section, "a URL like https://id.example.com/introspect", WebURL.init)
        let clientID = text("client_id", of: section)
        let secret = section.node?["client_secret"].flatMap { self.secret($0, section.path.key("client_secret")) }
        let cache = value("cache", of: section, "a duration from 0s to 1h") { text in
            DurationText.parse(text).flatMap { $0 <= .seconds(3600) ? $0 : nil }
        }
        let audiences = self.audiences(section)
        let claims = self.claims(section)
        missing(["url", "client_id"], of: section)
        guard let url, let clientID else { return nil }
        warnAboutClearText(url.description, "url", of: section)
        var result = IntrospectionEndpoint(
            url: url, clientID: clientID, clientSecret: secret, audiences: audiences, claims: claims)
        result.cache = cache ?? result.cache
        return result
    }

    private mutating func audiences(_ section: Section) -> [String] {
        let expected = "an audience like https://llm.example.com"
        guard section.node?["audience"]?.scalar == nil else {
            return text("audience", of: section, expected).map { [$0] } ?? []
        }
        return lines("audience", of: section, expected)
    }

    private mutating func claims(_ section: Section) -> ClaimRules {
        var rules = ClaimRules()
        rules.user = text("user_claim", of: section, "the name of a claim") ?? rules.user
        rules.team = text("team_claim", of: section, "the name of a claim")
        rules.tenant = text("tenant_claim", of: section, "the name of a claim")
        rules.scopes = text("scopes_claim", of: section, "the name of a claim")
        rules.required = lines("require", of: section, "the name of a claim")
        rules.models = modelPatterns(section)
        rules.fixedTenant = text("tenant", of: section)
        rules.whenClientLeaves = choice("when_client_leaves", of: section)
        if rules.tenant != nil, rules.fixedTenant != nil {
            problems.error(
                "tenant_claim names it already; remove one of them", at: section.path.key("tenant"),
                section.node?["tenant"]?.location)
        }
        return rules
    }

    private mutating func certificateRule(_ section: Section) -> CertificateRule? {
        let match = section.section("match")
        var found: [(CertificateRule.Field, String)] = []
        for field in CertificateRule.Field.allCases {
            guard let text = text(field.rawValue, of: match, "a name, with * for any text") else { continue }
            found.append((field, field == .dns ? text.lowercased() : text))
        }
        let name = required("name", of: section)
        let (tenant, team) = (text("tenant", of: section), text("team", of: section))
        let user = text("user", of: section)
        let models = modelPatterns(section)
        let admin = value("admin", of: section, "false, tenant or true") { text -> KeyRecord.AdminScope? in
            switch text.lowercased() {
            case "false", "off", "no": KeyRecord.AdminScope.none
            case "tenant": .tenant
            case "true", "on", "yes": .deployment
            default: nil
            }
        }
        if admin == .tenant, tenant == nil, section.node?["tenant"] == nil {
            problems.error(
                "there is no tenant to administer; write tenant", at: section.path.key("admin"),
                section.node?["admin"]?.location)
        }
        let written = CertificateRule.Field.allCases.count { match.node?[$0.rawValue] != nil }
        guard written == 1 else {
            problems.error(
                "expected one of subject, dns, uri and email", at: match.path, match.location ?? section.location)
            return nil
        }
        guard let (field, pattern) = found.first, let name else { return nil }
        return CertificateRule(
            field: field, pattern: ModelPattern(pattern), name: name, tenant: tenant, team: team, user: user,
            models: models, admin: admin ?? KeyRecord.AdminScope.none)
    }

    /// The name of a header field that nothing else uses.
    private mutating func identityField(_ key: String, of section: Section) -> String? {
        value(key, of: section, "the name of a header field of its own, like X-User-Id") { text in
            let isToken =
                (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
            let taken: Set<String> = [
                "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "host",
                "connection", "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length",
                "content-type", "content-encoding", "accept", "accept-encoding", "user-agent", "x-request-id",
                "traceparent",
            ]
            return isToken && !taken.contains(text.lowercased()) ? text : nil
        }
    }

    private mutating func lines(_ key: String, of section: Section, _ expected: String) -> [String] {
        var result: [String] = []
        for (text, path, node) in texts(key, of: section) {
            if text.isEmpty || !Self.isLine(text) { mismatch(expected, node, path) } else { result.append(text) }
        }
        return result
    }

    private mutating func missing(_ keys: [String], of section: Section) {
        for key in keys where section.node?[key] == nil || section.node?[key]?.list?.isEmpty ?? false {
            problems.error("missing; a token cannot be judged without it", at: section.path.key(key), section.location)
        }
    }

    private mutating func warnAboutClearText(_ text: String, _ key: String, of section: Section) {
        guard let url = WebURL(text), !url.isSecure, !url.isLoopback else { return }
        problems.warning(
            "reached in clear text: who can change what is on the way can call as anybody; use https",
            at: section.path.key(key), section.node?[key]?.location)
    }
}
