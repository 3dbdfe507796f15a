import SluiceWire

/// Every key of `sluice.yaml`. The reference, `docs/configuration.md`, follows this order.
enum GatewaySchema {
    static let root = KeySchema.section([
        .init("server", server),
        .init("logging", .section([.init("level"), .init("format")])),
        .init("storage", storage),
        .init("ledger", ledger),
        .init("capture", capture),
        .init("outbound", .section([.init("proxy"), .init("no_proxy", .list(.scalar)), .init("ca")])),
        .init("providers", .named(provider)),
        .init("models", .named(model)),
        .init("routes", .list(route)),
        .init("auth", auth),
        .init("prices", .named(price)),
        .init("unknown_price"),
        .init("limits", limits),
    ])

    private static let server = KeySchema.section([
        .init("listen"), .init("host"), .init("port"), .init("admin"), .init("metrics"), .init("threads"),
        .init(
            "tls",
            .section([.init("certificate"), .init("private_key"), .init("client_ca"), .init("client_certificate")])
        ),
        .init(
            "limits",
            .section([
                .init("request_body"), .init("request_head"), .init("headers"), .init("connections"),
                .init("relay_window"), .init("buffered_bodies"), .init("http2_streams"), .init("connection_age"),
            ])
        ),
        .init(
            "timeouts",
            .section(["head", "body", "keep_alive"].map { KeySchema.Key($0) } + upstreamTimeouts + [.init("ping")])
        ),
        .init("trusted_proxies", .list(.scalar)), .init("proxy_protocol"),
        .init("cors", .section([.init("allowed_origins", .list(.scalar)), .init("max_age")])),
        .init("compression"), .init("shutdown_grace"), .init("expose_target_model"), .init("carrier_key"),
        .init("ready_needs_database"),
    ])

    private static let storage = KeySchema.section(
        ["database", "redis", "when_redis_fails", "replicas", "redis_share", "redis_lease", "deployment", "known_keys"]
            .map { KeySchema.Key($0) }
    )

    private static let ledger = KeySchema.section(
        ["enabled", "directory", "fsync", "journal_limit", "when_disk_full", "retention", "rollup_retention"]
            .map { KeySchema.Key($0) }
    )

    private static let capture = KeySchema.section(
        ["enabled", "directory", "max_bytes", "retention", "disk_limit", "queue_bytes", "sample"]
            .map { KeySchema.Key($0) }
            + [.init("redact", .section([.init("patterns", .list(.scalar)), .init("fields", .list(.scalar))]))]
    )

    private static let upstreamTimeouts =
        ["connect", "queue", "first_byte", "first_event", "first_content", "idle", "total"].map { KeySchema.Key($0) }

    /// Facts about models: each one value, or a list.
    private static let capabilities = KeySchema.section(
        CapabilityOverride.names.map { KeySchema.Key($0, .anyOf([.scalar, .list(.scalar)])) }
    )

    private static let provider = KeySchema.section([
        .init("kind"), .init("base_url"),
        .init("api_key", .credential), .init("api_keys", .list(.credential)),
        .init("api_version"), .init("region"), .init("max_concurrency"),
        .init("timeouts", .section(upstreamTimeouts)),
        .init("headers", .named(.scalar)), .init("forward_headers", .list(.scalar)),
        .init("ca"), .init("proxy"),
        .init("access_key_id", .credential), .init("secret_access_key", .credential),
        .init("session_token", .credential), .init("profile"),
        .init("project"), .init("service_account", .credential), .init("dialect"),
        .init("capabilities", capabilities),
        .init("queue"), .init("retry_budget"),
        .init(
            "breaker",
            switchable(["window", "failures", "minimum", "consecutive", "cool_down", "cool_down_cap"])
        ),
        .init("probe", switchable(["every", "path", "timeout"])),
        .init("limits", rules),
    ])

    /// US dollars per million tokens, the last two per request and per picture.
    private static let price = KeySchema.section(
        [
            "input", "cached_input", "cache_write", "cache_write_1h", "output", "reasoning", "audio_input",
            "audio_output", "request", "image",
        ].map { KeySchema.Key($0) }
    )

    private static let budget = KeySchema.section([
        .init("amount"), .init("action"), .init("to"), .init("alerts", .list(.scalar)), .init("zone"),
    ])

    /// What one level, key, model or provider may.
    private static let rules = KeySchema.section([
        .init("requests", oneOrMore), .init("tokens", oneOrMore), .init("concurrency", oneOrMore),
        .init("budget", .anyOf([.scalar, budget, .list(.anyOf([.scalar, budget]))])),
    ])

    /// Levels, also several together as `key+model`, and what holds for all.
    private static let limits = KeySchema.open(
        ["key", "user", "team", "tenant", "model", "provider"].map { KeySchema.Key($0, rules) }
            + [.init("output_tokens_default"), .init("time_zone"), .init("alert_webhook"), .init("alert_secret")],
        others: rules
    )

    private static let target = KeySchema.anyOf([
        .scalar,
        .section([
            .init("provider"), .init("model"), .init("weight"), .init("capabilities", capabilities),
            .init("price", price),
        ]),
    ])

    private static let model = KeySchema.anyOf([
        .scalar,
        .list(target),
        .section([
            .init("alias"), .init("targets", .list(target)),
            .init(
                "strategy",
                .anyOf([
                    .scalar,
                    .section(
                        ["kind", "by", "header", "probe", "load", "memory", "expiry"].map { KeySchema.Key($0) }),
                ])
            ),
            .init(
                "retry",
                .section([
                    .init("attempts"), .init("on", .list(.scalar)), .init("backoff"), .init("within"),
                    .init("retry_after_cap"),
                ])
            ),
            .init(
                "fallback",
                .section(["default", "context_window", "content_policy"].map { KeySchema.Key($0, oneOrMore) })
            ),
            .init("hold", .section(["events", "bytes", "time"].map { KeySchema.Key($0) })),
            .init("hedge", .section([.init("after")])),
            .init("mirror", .section([.init("to"), .init("percent")])),
            .init("expose_target_model"),
            .init("timeouts", .section(upstreamTimeouts)),
            .init("conversion"), .init("capture"),
            .init("limits", rules),
        ]),
    ])

    private static let route = KeySchema.section([
        .init("match", .section([.init("path"), .init("header", .named(.scalar)), .init("surface", oneOrMore)])),
        .init("use", .section([.init("target", target), .init("model"), .init("model_prefix")])),
        .init("conversion"),
        .init("path"), .init("input_format"), .init("upstream"),
    ])

    private static let auth = KeySchema.section(
        [
            .init("required"),
            .init(
                "keys",
                .list(
                    .section([
                        .init("name"), .init("key"), .init("models", .list(.scalar)), .init("tenant"),
                        .init("when_client_leaves"), .init("capture"), .init("limits", rules),
                    ])
                )
            ),
            .init("when_client_leaves"),
            .init("registration", .anyOf([.scalar, .list(.scalar), .named(.scalar)])),
        ] + tokens)

    /// One value, or a list of such.
    private static let oneOrMore = KeySchema.anyOf([.scalar, .list(.scalar)])

    /// `on`, `off`, or settings.
    private static func switchable(_ names: [String]) -> KeySchema {
        .anyOf([.scalar, .section(names.map { KeySchema.Key($0) })])
    }

    /// The sections in which a key is known, for a key that stands in the wrong one: `server` for `listen`.
    static func sections(with name: String) -> [String] {
        var found: [String] = []
        collect(root, path: "", name: name, into: &found)
        return found
    }

    private static func collect(_ schema: KeySchema, path: String, name: String, into found: inout [String]) {
        guard case .section(let keys) = schema else { return }
        for key in keys {
            if key.name == name, !path.isEmpty { found.append(path) }
            collect(key.schema, path: path.isEmpty ? key.name : "\(path).\(key.name)", name: name, into: &found)
        }
    }
}
