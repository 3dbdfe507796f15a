// Who may call without a key of the gateway: tokens and certificates.
extension GatewaySchema {
    private static let claims: [KeySchema.Key] = [
        .init("user_claim"), .init("team_claim"), .init("tenant_claim"), .init("scopes_claim"),
        .init("require", .list(.scalar)), .init("models", .list(.scalar)), .init("tenant"),
        .init("when_client_leaves"),
    ]

    private static let introspectionEndpoint = KeySchema.section(
        [
            .init("url"), .init("client_id"), .init("client_secret"),
            .init("audience", .anyOf([.list(.scalar), .scalar])),
            .init("cache"),
        ] + claims
    )

    /// The keys of `auth` that tokens and certificates have.
    static let tokens: [KeySchema.Key] = [
        .init(
            "jwt",
            .list(
                .section(
                    [
                        .init("issuer"), .init("audience", .anyOf([.list(.scalar), .scalar])), .init("jwks"),
                        .init("algorithms", .list(.scalar)), .init("secret"), .init("leeway"), .init("keep_keys"),
                    ] + claims
                )
            )
        ),
        .init("introspection", .anyOf([introspectionEndpoint, .list(introspectionEndpoint)])),
        .init(
            "client_certificates",
            .list(
                .section([
                    .init("match", .section(["subject", "dns", "uri", "email"].map { KeySchema.Key($0) })),
                    .init("name"), .init("tenant"), .init("team"), .init("user"), .init("models", .list(.scalar)),
                    .init("admin"),
                ])
            )
        ),
        .init("forward_identity", .section([.init("user"), .init("tenant")])),
    ]
}
