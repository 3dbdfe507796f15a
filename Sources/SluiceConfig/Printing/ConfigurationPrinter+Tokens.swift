import SluiceCore

extension ConfigurationPrinter {
    func tokens(_ auth: AuthConfiguration, _ text: inout YAMLText) {
        if !auth.issuers.isEmpty {
            text.section("jwt") { for issuer in auth.issuers { $0.line("- \(issuerLine(issuer))") } }
        }
        if !auth.introspection.isEmpty {
            text.section("introspection") { for endpoint in auth.introspection { $0.line("- \(line(endpoint))") } }
        }
        if !auth.certificates.isEmpty {
            text.section("client_certificates") { for rule in auth.certificates { $0.line("- \(line(rule))") } }
        }
        if auth.identityHeaders != IdentityHeaders() {
            text.item(
                "forward_identity", [("user", auth.identityHeaders.user), ("tenant", auth.identityHeaders.tenant)])
        }
    }

    private func issuerLine(_ issuer: TokenIssuer) -> String {
        let keys: String? =
            switch issuer.keys {
            case .discovered, .none: nil
            case .url(let url): url.description
            case .file(let path): path
            }
        let algorithms = TokenAlgorithm.allCases.filter { issuer.algorithms.contains($0) }.map(\.rawValue)
        return flow(
            [
                ("issuer", issuer.issuer), ("jwks", keys),
                ("secret", issuer.secret.map { _ in DocumentDecoder.mask }),
                ("leeway", DurationText.format(issuer.leeway)), ("keep_keys", DurationText.format(issuer.keepKeys)),
            ],
            [("audience", issuer.audiences), ("algorithms", algorithms)],
            issuer.claims
        )
    }

    private func line(_ endpoint: IntrospectionEndpoint) -> String {
        flow(
            [
                ("url", endpoint.url.description), ("client_id", endpoint.clientID),
                ("client_secret", endpoint.clientSecret.map { _ in DocumentDecoder.mask }),
                ("cache", DurationText.format(endpoint.cache)),
            ],
            [("audience", endpoint.audiences.isEmpty ? nil : endpoint.audiences)],
            endpoint.claims
        )
    }

    private func line(_ rule: CertificateRule) -> String {
        let admin: String? =
            switch rule.admin {
            case .none: nil
            case .tenant: "tenant"
            case .deployment: "on"
            }
        let match = YAMLText.flow([(rule.field.rawValue, rule.pattern.text)])
        let rest = YAMLText.flow([
            ("name", rule.name), ("tenant", rule.tenant), ("team", rule.team), ("user", rule.user), ("admin", admin),
        ])
        return joined("{ match: \(match), \(rest.dropFirst(2))", [("models", rule.models?.map(\.text))])
    }

    private func flow(
        _ scalars: [(String, String?)],
        _ lists: [(String, [String]?)],
        _ claims: ClaimRules
    ) -> String {
        let rules = ClaimRules()
        let claimed: [(String, String?)] = [
            ("user_claim", claims.user == rules.user ? nil : claims.user), ("team_claim", claims.team),
            ("tenant_claim", claims.tenant), ("scopes_claim", claims.scopes), ("tenant", claims.fixedTenant),
            ("when_client_leaves", claims.whenClientLeaves?.rawValue),
        ]
        return joined(
            YAMLText.flow(scalars + claimed),
            lists + [
                ("require", claims.required.isEmpty ? nil : claims.required), ("models", claims.models?.map(\.text)),
            ]
        )
    }

    /// A map in flow style with lists added at its end.
    private func joined(_ map: String, _ lists: [(String, [String]?)]) -> String {
        let written = lists.compactMap { name, items in items.map { "\(name): \(YAMLText.flow($0))" } }
        guard !written.isEmpty else { return map }
        return "\(map.dropLast(2)), \(written.joined(separator: ", ")) }"
    }
}
